namespace EtcdAdmin.Hosts;

/// <summary>Shell that does something as another user.</summary>
internal static class UserScript
{
    /// <summary>A function that runs a command as a user, where that is not who is at work anyway.</summary>
    public const string AsUser = """
        as_user() { # user or empty, command
            who=$1
            shift
            if [ -n "$who" ] && [ "$(id -u)" -eq 0 ]; then runuser -u "$who" -- "$@"; else "$@"; fi
        }
        """;
}
