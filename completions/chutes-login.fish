# fish completion for chutes-login and its short name chutes

set -l commands login logout status setup profile whoami balance refresh token introspect exec invoke models chutes

# The profiles that were stored when they were last listed; nothing is asked.
function __chutes_login_profiles
    set -l cache $HOME/.cache
    set -q XDG_CACHE_HOME; and set cache $XDG_CACHE_HOME
    string match -rg '"names":\[([^]]*)\]' <$cache/chutes-login/profiles.json 2>/dev/null | string replace -a '"' '' | string split ,
end

for program in chutes-login chutes
    set -l none "not __fish_seen_subcommand_from $commands"
    complete -c $program -f

    complete -c $program -n $none -a login -d 'Sign in with the browser'
    complete -c $program -n $none -a logout -d 'Revoke the session and remove it here'
    complete -c $program -n $none -a status -d 'Who is signed in and until when'
    complete -c $program -n $none -a setup -d 'Register a client of your own and sign in'
    complete -c $program -n $none -a profile -d 'List the profiles, choose the default, or remove one'
    complete -c $program -n $none -a whoami -d 'Who the service says you are'
    complete -c $program -n $none -a balance -d 'Balance, deposit address and quotas'
    complete -c $program -n $none -a refresh -d 'Renew the session now'
    complete -c $program -n $none -a token -d 'Print a valid access token'
    complete -c $program -n $none -a exec -d 'Run a command with a valid access token'
    complete -c $program -n $none -a invoke -d 'Ask a model'

    complete -c $program -n $none -a models -d 'List the models'
    complete -c $program -n $none -a introspect -d 'What the server says of a token'
    complete -c $program -n '__fish_seen_subcommand_from introspect' -l refresh-token -d 'Ask about the refresh token'
    complete -c $program -n '__fish_seen_subcommand_from balance' -l usage -f -a '24h 7d 30d' -d 'Spend and tokens over time'
    complete -c $program -n '__fish_seen_subcommand_from status' -l check -d 'Ask the server'
    complete -c $program -n $none -a chutes -d 'List the public chutes, or show one'
    complete -c $program -n '__fish_seen_subcommand_from models' -l sort -x -a 'popularity price context name' -d 'Order'

    complete -c $program -l profile -x -a '(__chutes_login_profiles)' -d 'Which stored session'
    complete -c $program -l issuer -x -d 'Take the endpoints from this issuer'
    complete -c $program -l store -x -a 'keychain file plaintext' -d 'Where secrets are kept'
    complete -c $program -l timeout -x -d 'Limit for a request without progress'
    complete -c $program -l color -x -a 'auto always never' -d 'When to use colour'
    complete -c $program -l json -d 'Results as one JSON document'
    complete -c $program -s q -l quiet -d 'No notices'
    complete -c $program -s v -l verbose -d 'One line per request'
    complete -c $program -l no-input -d 'Never ask'
    complete -c $program -n $none -l version -d 'Print the version'
    complete -c $program -s h -l help -d 'List what it takes'

    set -l setup '__fish_seen_subcommand_from setup'
    complete -c $program -n $setup -l name -x -d 'What the client is called'
    complete -c $program -n $setup -l scope -x -a 'openid profile chutes:invoke quota balance usage account:read' -d 'Register and ask for this scope'
    complete -c $program -n $setup -l api-key-stdin -d 'Read the admin API key from standard input'
    complete -c $program -n $setup -l api-key-file -r -F -d 'Read the admin API key from this file'
    complete -c $program -n $setup -l keep-api-key -d 'Keep the admin API key'
    complete -c $program -n $setup -l no-browser -d 'Print the address to open'

    set -l login '__fish_seen_subcommand_from login'
    complete -c $program -n $login -l scope -x -a 'openid profile chutes:invoke quota balance usage account:read' -d 'Ask for this scope'
    complete -c $program -n $login -l port -x -d 'Only the redirect URI with this port'
    complete -c $program -n $login -l no-browser -d 'Print the address instead'
    complete -c $program -n $login -l wait -x -d 'How long to wait for the browser'
    complete -c $program -n $login -l client-id -x -d 'The OAuth client to sign in as'
    complete -c $program -n $login -l client-secret-stdin -d 'Read its secret from standard input'
    complete -c $program -n $login -l redirect-uri -x -d 'A redirect URI it registered'
    complete -c $program -n $login -l public-client -d 'Go on although the client has no secret'
    complete -c $program -n $login -l force -d 'Ask even for scopes that will be refused'

    complete -c $program -n '__fish_seen_subcommand_from logout status' -l all -d 'Every profile'
    set -l profile '__fish_seen_subcommand_from profile'
    complete -c $program -n "$profile; and not __fish_seen_subcommand_from list use remove" -a 'list use remove'
    complete -c $program -n "$profile; and __fish_seen_subcommand_from use remove" -a '(__chutes_login_profiles)'
    complete -c $program -n "$profile; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
    complete -c $program -n '__fish_seen_subcommand_from whoami' -l account -d 'The facts of the account too'

    set -l token '__fish_seen_subcommand_from token'
    complete -c $program -n $token -l min-valid -x -d 'Good for at least this long'
    complete -c $program -n $token -l header -d 'As an Authorization header'
    complete -c $program -n $token -l curl-config -d 'As a line for curl -K -'

    set -l exec '__fish_seen_subcommand_from exec'
    complete -c $program -n $exec -l env -x -d 'Put the token in this variable'
    complete -c $program -n $exec -l min-valid -x -d 'Good for at least this long'
    complete -c $program -n $exec -a '(__fish_complete_subcommand --fcs-skip=2)'

    set -l invoke '__fish_seen_subcommand_from invoke'
    complete -c $program -n $invoke -s m -l model -x -d 'The model to ask'
    complete -c $program -n $invoke -l system -x -d 'The system prompt'
    complete -c $program -n $invoke -l temperature -x -d 'Sampling temperature'
    complete -c $program -n $invoke -l max-tokens -x -d 'Longest answer, in tokens'
    complete -c $program -n $invoke -l reasoning -x -a 'show hide' -d 'A reasoning model\'s thoughts'
    complete -c $program -n $invoke -l no-stream -d 'Ask for the answer in one piece'
    complete -c $program -n $invoke -l usage -d 'Tokens and time, on standard error'
    complete -c $program -n $invoke -l raw -d 'Do not neutralise escape sequences'
    complete -c $program -n $invoke -l strict -d 'Exit 10 if the answer stopped early'
    complete -c $program -n $invoke -s X -l method -x -a 'GET POST PUT DELETE' -d 'The method'
    complete -c $program -n $invoke -s d -l data -r -F -d 'The body'
    complete -c $program -n $invoke -s f -l field -x -d 'A text field of the body'
    complete -c $program -n $invoke -s F -l json-field -x -d 'A JSON field of the body'
    complete -c $program -n $invoke -s H -l header -x -d 'A header'
    complete -c $program -n $invoke -s o -l output -r -F -d 'Write the answer there'
    complete -c $program -n $invoke -s i -l include -d 'Status and headers too'
    complete -c $program -n $invoke -l no-check -d 'Do not check the body'
    complete -c $program -n $invoke -l dry-run -d 'Print the request'
    complete -c $program -n $invoke -l curl -d 'Print a curl command'
    complete -c $program -n $invoke -F
end
