namespace EtcdAdmin.Hosts;

/// <summary>This machine.</summary>
public sealed class LocalHost : IHost
{
    /// <summary>What it is called in specifications and messages.</summary>
    public const string LocalName = "localhost";

    /// <inheritdoc/>
    public string Name => LocalName;

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        // The word after the script is its $0: what the shell puts before its own error messages.
        var command = new ProcessCommand("sh", ["-c", script.Text, "etcdadmin", .. script.Arguments])
        {
            StandardInput = script.StandardInput,
            StandardOutput = script.StandardOutput,
        };
        ProcessResult result = await ProcessRunner.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return new ScriptResult(result.ExitCode, result.Output, result.Error);
    }
}
