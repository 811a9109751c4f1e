using EtcdAdmin.Hosts.Reaching;

namespace EtcdAdmin.PowerShell;

/// <summary>The connections to hosts, kept for the life of the process: connecting once is enough for many commands.</summary>
internal static class SessionHosts
{
    // Connections close by themselves a minute after their last use; leaving is no reason to wait longer than this.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(3);

    static SessionHosts() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Close();

    /// <summary>For all runspaces of the process; safe to use from several at once.</summary>
    public static HostConnections Connections { get; } = new();

    // The process ends as soon as this returns, so here alone something asynchronous is waited for.
    private static void Close() => Task.WaitAny([Connections.DisposeAsync().AsTask()], ClosingLimit);
}
