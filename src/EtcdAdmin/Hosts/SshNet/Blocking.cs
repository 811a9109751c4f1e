namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Runs the calls of SSH.NET that block until the host answers.</summary>
internal static class Blocking
{
    /// <summary>Runs a call on a thread of its own: many hosts at once would use up the threads that all others share.</summary>
    public static Task<T> RunAsync<T>(Func<T> call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Runs a call on a thread of its own.</summary>
    public static Task RunAsync(Action call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
