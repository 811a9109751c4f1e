namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Runs the calls of SSH.NET that block until the host answers.</summary>
internal static class Blocking
{
    /// <summary>Runs a call on its own thread: calls to many hosts at once would use up the threads of the pool.</summary>
    public static Task<T> RunAsync<T>(Func<T> call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Runs a call on its own thread.</summary>
    public static Task RunAsync(Action call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
