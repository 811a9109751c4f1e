namespace EtcdAdmin.Hosts.Connections;

/// <summary>The passwords for one host, for as long as this process lives; never saved, shown or put on a command line.</summary>
public sealed class HostSecrets
{
    /// <summary>Keeps passwords.</summary>
    /// <param name="password">For logging in; empty is none: keys and the agent are used.</param>
    /// <param name="sudoPassword">For sudo; empty is the one for logging in, if there is one.</param>
    /// <exception cref="ArgumentException">A password holds a line break or NUL, which neither ssh nor sudo can be given.</exception>
    public HostSecrets(ReadOnlySpan<char> password = default, ReadOnlySpan<char> sudoPassword = default)
    {
        Password = Keep(password, nameof(password));
        SudoPassword = Keep(sudoPassword, nameof(sudoPassword)) ?? Password;
    }

    /// <summary>Null where none is to be used.</summary>
    internal string? Password { get; }

    /// <summary>Null where sudo must not ask for one.</summary>
    internal string? SudoPassword { get; }

    /// <summary>Says nothing about them.</summary>
    public override string ToString() => nameof(HostSecrets);

    private static string? Keep(ReadOnlySpan<char> secret, string name)
    {
        if (secret.ContainsAny('\n', '\r', '\0')) throw new ArgumentException("A password cannot hold a line break or NUL.", name);
        return secret.IsEmpty ? null : new string(secret);
    }
}
