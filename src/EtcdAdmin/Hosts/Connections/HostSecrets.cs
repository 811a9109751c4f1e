namespace EtcdAdmin.Hosts.Connections;

/// <summary>The passwords for one host, kept only as long as this process runs; never saved, shown or put on a command line.</summary>
public sealed class HostSecrets
{
    /// <summary>Stores passwords.</summary>
    /// <param name="password">For the login; if empty, keys and the agent are used.</param>
    /// <param name="sudoPassword">For sudo; if empty, the login password is used, if there is one.</param>
    /// <exception cref="ArgumentException">A password contains a line break or NUL, which neither ssh nor sudo accepts.</exception>
    public HostSecrets(ReadOnlySpan<char> password = default, ReadOnlySpan<char> sudoPassword = default)
    {
        Password = Keep(password, nameof(password));
        SudoPassword = Keep(sudoPassword, nameof(sudoPassword)) ?? Password;
    }

    /// <summary>Null if no password is used.</summary>
    internal string? Password { get; }

    /// <summary>Null if sudo must not ask for a password.</summary>
    internal string? SudoPassword { get; }

    /// <summary>Does not print the passwords.</summary>
    public override string ToString() => nameof(HostSecrets);

    private static string? Keep(ReadOnlySpan<char> secret, string name)
    {
        if (secret.ContainsAny('\n', '\r', '\0')) throw new ArgumentException("A password cannot contain a line break or NUL.", name);
        return secret.IsEmpty ? null : new string(secret);
    }
}
