# fish completion for chutes-login and its short name chutes

# Prints the names of one kind that were listed within the last thirty days; starts nothing of ours, uses no network.
function __chutes_login_names
    set -l cache $HOME/.cache
    string match -q '/*' -- "$XDG_CACHE_HOME"; and set cache $XDG_CACHE_HOME # a relative path does not count
    test -r $cache/chutes-login/$argv[1].json; or return # fish warns of a missing directory
    set -l text
    read -lz text <$cache/chutes-login/$argv[1].json 2>/dev/null; or return
    set -l at (string match -rg '"at":(\d+)' -- $text); or return
    test (math (date +%s) - $at) -lt 2592000; or return
    string match -rg '"names":\[([^]]*)\]' -- $text | string split , | string trim -c '"'
end

# Sets `path` to the commands before the cursor, and `count` to the number of other words.
function __chutes_login_walk --no-scope-shadowing
    set -l expects_value
    for word in (commandline -opc)[2..]
        if test -n "$expects_value"
            set expects_value
            continue
        end
        switch $word
            case '--*=*'
            case '-*'
                contains -- $word $__chutes_login_with_value; and set expects_value $word
            case '*'
                if test $count = 0; and contains -- "$path$word" $__chutes_login_commands
                    set path "$path$word "
                else
                    set count (math $count + 1)
                end
        end
    end
    set path (string trim -- $path)
end

# Whether the command before the cursor is this one and, if a number is given, is followed by that many arguments.
function __chutes_login_at
    set -l path
    set -l count 0
    __chutes_login_walk
    test "$path" = "$argv[1]"; and begin
        not set -q argv[2]; or test $count = $argv[2]
    end
end

# Prints the files that complete text after '@'.
function __chutes_login_file_after_at
    set -l word (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l parts (string match -rg -- '^([^@]*@)(.*)$' $word); or return
    for file in (__fish_complete_path $parts[2])
        echo $parts[1]$file
    end
end

# Prints chutes; or with -m files, for a prompt, which may be any text.
function __chutes_login_prompts
    string match -qr -- '^(-m|--model)' (commandline -opc); or __chutes_login_names chutes
    __fish_complete_path (commandline -ct)
end

# Completes another program and its arguments.
function __chutes_login_subcommand
    __fish_complete_subcommand --fcs-skip=2
end

@TABLE@

complete -c chutes --wraps chutes-login
