/* The refresh protocol of src/session/refresh.cpp, for spin: processes that share one stored session and its lock, and
 * may die at any step; a server whose refresh tokens are good for one use; answers and requests that get lost. The labels
 * are the steps of the code. README.md says what is proved; the mutants at the end of each step show that it can fail. */

#ifndef CLIENTS
#define CLIENTS 3
#endif
#ifndef DEATHS
#define DEATHS 2  /* processes that may be killed in all */
#endif
#ifndef EXPIRIES
#define EXPIRIES 1 /* how often an access token that was just issued runs out while others still work */
#endif

/* The lock that a process takes. It is the store's, so that all who share the session share it. If its place depended on the
 * environment, in which the processes differ, or if a process could not see the others' (STRANGERS), there would be two. */
#if defined(LOCK_OF_THE_ENVIRONMENT) || defined(STRANGERS)
#define LOCK(process) ((process) % 2)
#else
#define LOCK(process) 0
#endif

/* The server: the only valid refresh token. Every refresh makes the next number valid. */
byte good = 1;
bool revoked = false;    /* the grant was revoked, from another machine */

/* The store: one session. */
byte stored = 1;         /* the number of its refresh token; a higher one is newer */
bool fresh = false;      /* its access token has not expired */
bool marked = false;     /* refreshing_since */
bool refused = false;

byte holder[2];          /* of each lock; 0: none */
#ifdef STRANGERS
byte marker = 0;         /* who wrote the mark */
bool busy[CLIENTS + 2];  /* is between its mark and its end: at most refresh_limit, after which the mark is old */
byte marking = 0;        /* who is between reading again and its mark: see README.md */
#endif
byte deaths = 0;
byte expiries = 0;
bool excused = false;    /* a pair was lost between the server's commit and our store: by a death or a lost answer */
byte running = 0;
bool final_used = false;
bool final_told = false;

#ifdef STRANGERS
#define RELEASE_MARK busy[me] = false; if :: marking == me -> marking = 0 :: else fi
#else
#define RELEASE_MARK skip
#endif
inline release() {
  RELEASE_MARK;
  if :: holder[LOCK(me)] == me -> holder[LOCK(me)] = 0 :: else fi
}

/* A process may die here; the kernel frees its lock. */
#define MAY_DIE(committed)                                                              \
  if                                                                                    \
  :: atomic { mortal && deaths < DEATHS ->                                              \
       deaths++;                                                                        \
       if :: committed -> excused = true :: else fi;                                    \
       release();                                                                       \
       goto dead }                                                                      \
  :: true                                                                               \
  fi

inline unlock() {
  atomic { release() }
}

/* What a process writes is never older than what is there: no good session is overwritten by an older one. */
inline write_session(token, is_fresh, is_marked, is_refused) {
  atomic {
    assert(token >= stored);
    stored = token; fresh = is_fresh; marked = is_marked; refused = is_refused
  }
}

proctype Client(byte me; bool mortal) {
  byte seen; byte current; byte next;
  bool seen_fresh; bool seen_refused; bool current_fresh; bool current_marked; bool current_refused;
  bool known; bool asked_before = false; bool dead_by_mark = false;

read:
  atomic { seen = stored; seen_fresh = fresh; seen_refused = refused };
  if
  :: seen_fresh -> goto use
  :: !seen_fresh && seen_refused -> goto explain
  :: else
  fi;
  MAY_DIE(false);

lock:
#ifndef NO_LOCK
  atomic { holder[LOCK(me)] == 0 -> holder[LOCK(me)] = me };
#endif
  MAY_DIE(false);

read_again:
#ifdef STRANGERS
  atomic { marking == 0 -> marking = me };
#endif
#ifdef NO_READ_AGAIN
  current = seen; current_fresh = false; current_marked = false; current_refused = false;
#else
  atomic { current = stored; current_fresh = fresh; current_marked = marked; current_refused = refused };
#endif

adopt:
  if
  :: current != seen && current_fresh -> unlock(); goto use
  :: else
  fi;
  if
  :: current_refused -> unlock(); goto explain /* another process found out meanwhile */
  :: else
  fi;

#if defined(STRANGERS) && !defined(YOUNG_IS_DEAD)
may_be_refreshing:
  /* A young mark under another lock: wait without ours until it is gone, or as old as a refresh can be. */
  if
  :: current_marked && LOCK(marker) != LOCK(me) && busy[marker] ->
    unlock();
    !(marked && busy[marker]) || fresh || refused;
    goto lock
  :: else
  fi;
#endif

#ifndef NO_SETTLE
  if
  :: current_marked ->
is_active:
    if
    :: atomic { good == current && !revoked -> known = true }   /* active */
    :: atomic { !(good == current && !revoked) -> dead_by_mark = true; goto adopt_or_refuse }
    :: mortal -> unlock(); goto offline                          /* unknown for now: the mark stays */
    fi
  :: else
  fi;
#endif
  MAY_DIE(false);

mark:
#ifndef NO_MARK
  atomic {
    write_session(current, false, true, false);
#ifdef STRANGERS
    marker = me; busy[me] = true; marking = 0
#endif
  };
#endif
  MAY_DIE(false);

request:
  /* No refresh token is sent that this process could know is spent. */
  atomic { assert(current == good || revoked) };
  if
  :: atomic { good == current && !revoked -> good++; next = good } /* served, and the answer arrives */
  :: atomic { mortal && good == current && !revoked -> good++; excused = true } -> goto lost_answer
  :: mortal && !asked_before -> goto lost_request
  :: atomic { !(good == current && !revoked) } -> goto adopt_or_refuse            /* invalid_grant */
  :: mortal -> write_session(current, false, false, false); unlock(); goto offline /* invalid_client: clear_mark */
  fi;
  MAY_DIE(true);
  goto store;

lost_answer:
lost_request:
  /* The connection broke, and it is unknown what the server did: ask it at once. */
  asked_before = true;
  if
  :: atomic { good == current && !revoked -> skip } -> goto request
  :: atomic { !(good == current && !revoked) -> skip } -> goto adopt_or_refuse
  :: unlock(); goto offline
  fi;

store:
#ifdef UNLOCK_EARLY
  unlock();
#endif
  MAY_DIE(true);
  write_session(next, true, false, false);
read_back:
  MAY_DIE(false);
  unlock();
  goto use;

adopt_or_refuse:
  atomic {
    if
    :: stored != current -> known = true
    :: else -> known = false
    fi
  };
  if
  :: known -> unlock(); goto use
  :: else
  fi;
  MAY_DIE(false);

mark_refused:
  /* Only a session that is no longer valid is discarded. */
  atomic { assert(good != current || revoked) };
  write_session(current, false, false, true);
  MAY_DIE(false);
  unlock();

explain:
  if :: !mortal -> final_told = true :: else fi;
  goto dead;

use:
  if :: !mortal -> final_used = true :: else fi;

offline:
dead:
  atomic { running-- }
}

/* Time passes: an access token that was issued meanwhile runs out. */
proctype Time() {
  do
  :: atomic { expiries < EXPIRIES && fresh -> fresh = false; expiries++ }
  :: break
  od;
  atomic { running-- }
}

/* The account's owner revokes the grant on another machine, or does not. */
proctype Elsewhere() {
  if
  :: atomic { revoked = true }
  :: true
  fi;
  atomic { running-- }
}

init {
  byte number = 1;
  atomic {
    do
    :: number <= CLIENTS -> running++; run Client(number, true); number++
    :: else -> break
    od;
    running = running + 2;
    run Time();
    run Elsewhere()
  };
  running == 0;
  assert(holder[0] == 0 && holder[1] == 0);
  /* A session is lost only where a pair was lost in the window that cannot be closed, or the grant was revoked. */
  assert(stored == good || excused || revoked);

  /* Then a process runs with a working network, and gets the true state. */
  atomic { fresh = false; running = 1; run Client(CLIENTS + 1, false) };
  running == 0;
  assert(final_used || final_told);
  assert(!final_used || stored == good);
  assert(!final_told || stored != good || revoked)
}
