using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts;

/// <summary>A script on a host ended with an error.</summary>
public sealed class HostCommandException : EtcdException
{
    private const int ErrorTail = 600;

    /// <summary>Makes the error.</summary>
    /// <param name="host">Where.</param>
    /// <param name="action">What the script was to do, as in "write the configuration of member n1".</param>
    /// <param name="result">How it ended.</param>
    public HostCommandException(string host, string action, ScriptResult result)
        : base(
            IsDiskFull(result) ? EtcdErrorIds.DiskFull : EtcdErrorIds.HostCommandFailed,
            Describe(host, action, result))
    {
        Host = host;
        ExitCode = result.ExitCode;
        Target = host;
        if (IsDiskFull(result)) NextStep = $"Free some space on {host}, then run the same command again.";
    }

    /// <summary>Where it happened.</summary>
    public string Host { get; }

    /// <summary>The script's exit code, never 0.</summary>
    public int ExitCode { get; }

    // The words of strerror(3) for ENOSPC and EDQUOT.
    private static bool IsDiskFull(ScriptResult result) =>
        result.Error.Contains("No space left on device", StringComparison.Ordinal) || result.Error.Contains("Disk quota exceeded", StringComparison.Ordinal);

    private static string Describe(string host, string action, ScriptResult result)
    {
        // What is meant for a terminal must not reach the operator's.
        string said = TerminalText.Words(result.Error, keepLines: true);
        if (said.Length > ErrorTail) said = "…" + said[^ErrorTail..];
        return $"Could not {action} on {host}: "
            + (said.Length > 0 ? $"{said} (exit code {result.ExitCode})." : $"exit code {result.ExitCode}, nothing said.");
    }
}
