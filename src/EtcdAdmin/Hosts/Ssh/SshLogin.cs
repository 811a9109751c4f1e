using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The parameters of one login attempt.</summary>
internal sealed record SshLogin(HostConnection Connection, bool AcceptNewHostKey, bool UsesPassword)
{
    // ssh's own limit, which gives a better reason, comes first.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>For the ssh process; may contain the password.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <summary>The time limit of the login.</summary>
    public TimeSpan Limit => (Connection.ConnectingTimeout ?? HostConnection.DefaultConnectingTimeout) + Grace;

    /// <summary>Runs work that ends when the login is complete; ssh's own limit ends at the first answer of the host.</summary>
    /// <exception cref="EtcdException">HostUnreachable: it took too long.</exception>
    public async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await connect(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw SshFailure.TookTooLong(Connection, Limit, e);
        }
    }

    /// <summary>Does not print the environment, which may contain the password.</summary>
    public override string ToString() => $"{nameof(SshLogin)} {Connection}";
}
