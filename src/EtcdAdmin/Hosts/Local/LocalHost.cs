using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Local;

/// <summary>This machine.</summary>
public sealed class LocalHost : IHost, ISessionHost
{
    /// <summary>Its name in specifications and messages.</summary>
    public const string LocalName = "localhost";

    /// <inheritdoc/>
    public string Name => LocalName;

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        ProcessCommand command = Command(script);
        ProcessResult result = await ProcessRunner.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return new ScriptResult(result.ExitCode, result.Output, result.Error);
    }

    /// <inheritdoc/>
    Task<IHostSession> ISessionHost.OpenAsync(HostScript script, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RunningProcess process = RunningProcess.Start(Command(script));
        return Task.FromResult<IHostSession>(new ProcessSession(process, process.Output, process.Error, broken: static _ => null));
    }

    // The word after the script is its $0, which the shell prints before its own error messages.
    private static ProcessCommand Command(HostScript script) => new("sh", ["-c", script.Text, "etcdadmin", .. script.Arguments])
    {
        StandardInput = script.StandardInput,
        StandardOutput = script.StandardOutput,
        // As on other hosts: numbers, sorting and messages must not depend on the operator's locale.
        Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
    };
}
