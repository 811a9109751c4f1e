using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>A machine that members run on: this one or another. All work on a host uses this interface.</summary>
public interface IHost
{
    /// <summary>The operator's name for the host; <c>localhost</c> for this machine.</summary>
    string Name { get; }

    /// <summary>Runs a script to its end.</summary>
    /// <returns>Its result, whatever the exit code.</returns>
    /// <exception cref="EtcdException">The script never started: HostCommandFailed (the shell of this machine could not be run), HostUnreachable,
    /// HostKeyUnknown, HostKeyChanged, HostAuthFailed, HostShellFailed, SudoFailed, SshNotFound, SpecInvalid. ConnectionLost: the connection broke
    /// while the script ran; it may have finished or may still be running.</exception>
    Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken);
}

/// <summary>A POSIX shell script with its input.</summary>
/// <param name="Text">Constant text; values are passed as arguments, so that no quoting is needed.</param>
public sealed record HostScript(string Text)
{
    /// <summary>Its <c>$1</c>, <c>$2</c>, … Other users of the host can see them, so they must not be secrets: pass those through standard
    /// input.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Its standard input; null is empty.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Whether it needs root: then another host runs it with sudo if the login user is not root. This machine always runs it as the
    /// operator.</summary>
    public bool AsRoot { get; init; } = true;

    /// <summary>Receives its output while it runs; null collects the output in <see cref="ScriptResult.Output"/>.</summary>
    public Stream? StandardOutput { get; init; }
}

/// <summary>The result of a script.</summary>
/// <param name="ExitCode">0 for success; 255 on this machine only, because ssh uses it for itself: a script's 255 becomes 254.</param>
/// <param name="Output">Its standard output, if it was not sent to a stream.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ScriptResult(int ExitCode, string Output, string Error);

/// <summary>A file to write on a host.</summary>
/// <param name="Path">Full path on the host.</param>
/// <param name="Content">Its content.</param>
/// <param name="Mode">Its permissions from the first byte on.</param>
public sealed record HostFile(string Path, HostFileContent Content, UnixFileMode Mode)
{
    /// <summary>Owner as <c>user</c> or <c>user:group</c>; null means the user who runs the script.</summary>
    public string? Owner { get; init; }

    /// <summary>The required checksum on arrival, lower-case hexadecimal; null relies on the connection.</summary>
    public string? Sha256 { get; init; }
}
