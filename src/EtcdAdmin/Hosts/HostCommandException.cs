using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts;

/// <summary>A script on a host failed.</summary>
public sealed class HostCommandException : EtcdException
{
    private const int ErrorTail = 600;

    /// <summary>Makes the error.</summary>
    /// <param name="host">The host.</param>
    /// <param name="action">The task of the script, for instance "write the configuration of member n1".</param>
    /// <param name="result">Its result.</param>
    public HostCommandException(string host, string action, ScriptResult result)
        : base(
            IsDiskFull(result) ? EtcdErrorIds.DiskFull : EtcdErrorIds.HostCommandFailed,
            Describe(host, action, result))
    {
        Host = host;
        ExitCode = result.ExitCode;
        Target = host;
        if (IsDiskFull(result)) NextStep = $"Free disk space on {host}, then run the same command again.";
    }

    /// <summary>The host.</summary>
    public string Host { get; }

    /// <summary>The script's exit code, never 0.</summary>
    public int ExitCode { get; }

    // The texts of strerror(3) for ENOSPC and EDQUOT.
    private static bool IsDiskFull(ScriptResult result) =>
        result.Error.Contains("No space left on device", StringComparison.Ordinal)
        || result.Error.Contains("Disk quota exceeded", StringComparison.Ordinal);

    private static string Describe(string host, string action, ScriptResult result)
    {
        // The output may contain control characters, which must not reach the operator's terminal.
        string output = TerminalText.Words(result.Error, keepLines: true);
        if (output.Length > ErrorTail) output = "…" + output[^ErrorTail..];
        return $"Could not {action} on {host}: "
            + (output.Length > 0 ? $"{output} (exit code {result.ExitCode})." : $"exit code {result.ExitCode}, without an error message.");
    }
}
