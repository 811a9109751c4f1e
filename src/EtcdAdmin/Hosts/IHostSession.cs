using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>A running script for an exchange of lines; disposing ends it.</summary>
internal interface IHostSession : IAsyncDisposable
{
    /// <summary>Reads a line of its standard output, without the line break.</summary>
    /// <returns>Null if the script or the connection has ended.</returns>
    Task<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>Writes a line to its standard input.</summary>
    /// <returns>False if the script or the connection has ended. True does not prove that the line has arrived.</returns>
    Task<bool> TryWriteLineAsync(string line, CancellationToken cancellationToken);

    /// <summary>Closes its standard input, and waits until the script has ended by itself.</summary>
    /// <returns>Its exit code and standard error.</returns>
    /// <exception cref="EtcdException">ConnectionLost.</exception>
    Task<ScriptResult> EndAsync(CancellationToken cancellationToken);
}

/// <summary>A host on which scripts can run for an exchange of lines.</summary>
internal interface ISessionHost : IHost
{
    /// <summary>Starts a script; its <see cref="HostScript.StandardInput"/> and output stream are not used.</summary>
    /// <exception cref="EtcdException">As for <see cref="IHost.RunAsync"/>: the script never started.</exception>
    Task<IHostSession> OpenAsync(HostScript script, CancellationToken cancellationToken);
}
