using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>A script that stays while one talks to it, line by line; disposing ends it.</summary>
internal interface IHostSession : IAsyncDisposable
{
    /// <summary>Reads a line of its standard output, without the line break.</summary>
    /// <returns>Null where it has ended, or the connection to it.</returns>
    Task<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>Writes a line to its standard input.</summary>
    /// <returns>False where it has ended, or the connection to it. True is not a proof that the line arrived.</returns>
    Task<bool> TryWriteLineAsync(string line, CancellationToken cancellationToken);

    /// <summary>Closes its standard input, and waits until it has ended by itself.</summary>
    /// <returns>Its exit code and what it wrote to standard error.</returns>
    /// <exception cref="EtcdException">ConnectionLost.</exception>
    Task<ScriptResult> EndAsync(CancellationToken cancellationToken);
}

/// <summary>A host on which scripts can stay while one talks to them.</summary>
internal interface ISessionHost : IHost
{
    /// <summary>Starts a script; its <see cref="HostScript.StandardInput"/> and output stream are not used.</summary>
    /// <exception cref="EtcdException">As for <see cref="IHost.RunAsync"/>: the script never began.</exception>
    Task<IHostSession> OpenAsync(HostScript script, CancellationToken cancellationToken);
}
