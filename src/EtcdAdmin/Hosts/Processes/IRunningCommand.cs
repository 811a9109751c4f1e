namespace EtcdAdmin.Hosts.Processes;

/// <summary>A running command with its streams: a program of this machine, or a command on a host. Disposing ends it.</summary>
internal interface IRunningCommand : IAsyncDisposable
{
    /// <summary>Its standard output.</summary>
    Stream Output { get; }

    /// <summary>Its standard error.</summary>
    Stream Error { get; }

    /// <summary>Writes bytes to its input.</summary>
    /// <returns>False: it ended without reading them; its exit code and messages give the reason, not our broken pipe.</returns>
    Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Closes its input.</summary>
    Task CloseInputAsync();

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> WaitForExitAsync(CancellationToken cancellationToken);

    /// <summary>Ends it now, whatever it does.</summary>
    Task KillAsync();
}
