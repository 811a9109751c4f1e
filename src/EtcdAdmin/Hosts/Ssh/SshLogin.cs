using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The parameters of one login attempt.</summary>
internal sealed record SshLogin(HostConnection Connection, bool AcceptNewHostKey, bool UsesPassword)
{
    /// <summary>For the ssh process; may contain the password.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <summary>Runs work that ends when the login is complete.</summary>
    /// <exception cref="EtcdException">HostUnreachable: it took too long.</exception>
    public Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken) =>
        LoginLimit.RunAsync(Connection, connect, cancellationToken);

    /// <summary>Does not print the environment, which may contain the password.</summary>
    public override string ToString() => $"{nameof(SshLogin)} {Connection}";
}
