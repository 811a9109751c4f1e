using EtcdAdmin.Hosts.Reaching;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The connections to hosts. They are kept for the life of the process, so that many commands use one connection.
/// </summary>
internal static class SessionHosts
{
    // Connections close automatically a minute after their last use. The end of the process waits no longer than this.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(3);

    static SessionHosts() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Close();

    /// <summary>The connections of all runspaces of the process. Several may use them at the same time.</summary>
    public static HostConnections Connections { get; } = new();

    // The process ends as soon as this returns, so this is the only place that waits for asynchronous work.
    private static void Close() => Task.WaitAny([Connections.DisposeAsync().AsTask()], ClosingLimit);
}
