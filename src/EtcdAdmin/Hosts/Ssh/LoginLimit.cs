using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The time limit of a login.</summary>
internal static class LoginLimit
{
    // The transport's own limit, which gives a better reason, comes first.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The time that a login to a host may take.</summary>
    public static TimeSpan Of(HostConnection connection) => (connection.ConnectingTimeout ?? HostConnection.DefaultConnectingTimeout) + Grace;

    /// <summary>Runs work that ends when the login is complete; the transport's own limit ends at the first answer of the host.</summary>
    /// <exception cref="EtcdException">HostUnreachable: it took too long.</exception>
    public static Task<T> RunAsync<T>(HostConnection connection, Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken) =>
        RunAsync(connection, Of(connection), connect, cancellationToken);

    /// <summary>The same with a time of its own.</summary>
    /// <exception cref="EtcdException">HostUnreachable: it took too long.</exception>
    public static async Task<T> RunAsync<T>(
        HostConnection connection, TimeSpan time, Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            return await connect(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw SshFailure.TookTooLong(connection, time, e);
        }
    }
}
