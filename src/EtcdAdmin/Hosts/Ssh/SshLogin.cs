using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Everything one attempt to log in goes by.</summary>
internal sealed record SshLogin(HostConnection Connection, bool AcceptNewHostKey, bool UsesPassword)
{
    // ssh's own limit, which can say more, comes first.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>For the ssh process; may hold the password.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <summary>How long it may take in all.</summary>
    public TimeSpan Limit => (Connection.ConnectingTimeout ?? HostConnection.DefaultConnectingTimeout) + Grace;

    /// <summary>Does something that ends when the login is through; ssh's own limit ends at the first answer of the host.</summary>
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

    /// <summary>Says nothing of the environment, which may hold the password.</summary>
    public override string ToString() => $"{nameof(SshLogin)} {Connection}";
}
