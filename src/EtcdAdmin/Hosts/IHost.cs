using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>A machine that members run on: this one or another. Everything done to a host goes through here.</summary>
public interface IHost
{
    /// <summary>How the operator calls it; <c>localhost</c> for this machine.</summary>
    string Name { get; }

    /// <summary>Runs a script to its end.</summary>
    /// <returns>How it ended, whatever the exit code.</returns>
    /// <exception cref="EtcdException">
    /// The script never began: HostCommandFailed (the shell of this machine could not be run), HostUnreachable, HostKeyUnknown,
    /// HostKeyChanged, HostAuthFailed, HostShellFailed, SudoFailed, SshNotFound, SpecInvalid. ConnectionLost: the connection broke
    /// in the middle, and the script may have run to its end or still be running.
    /// </exception>
    Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken);
}

/// <summary>A POSIX shell script and what it is given.</summary>
/// <param name="Text">Constant text; values come in as arguments, so that nothing has to be quoted into it.</param>
public sealed record HostScript(string Text)
{
    /// <summary>Its <c>$1</c>, <c>$2</c>, … Visible to other users of the host, so never secrets: those go to standard input.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What it reads; null is nothing.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>
    /// Whether it needs root's rights: then another host runs it under sudo where the login is not root. This machine runs it as
    /// the operator in any case.
    /// </summary>
    public bool AsRoot { get; init; } = true;

    /// <summary>Where its output goes as it comes; null collects it in <see cref="ScriptResult.Output"/>.</summary>
    public Stream? StandardOutput { get; init; }
}

/// <summary>How a script ended.</summary>
/// <param name="ExitCode">0 for success; 255 on this machine only, as ssh keeps that for itself: a script's own 255 becomes 254.</param>
/// <param name="Output">What it wrote, where that was not sent to a stream.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record ScriptResult(int ExitCode, string Output, string Error);

/// <summary>A file to be put on a host.</summary>
/// <param name="Path">Full path there.</param>
/// <param name="Content">What it shall hold.</param>
/// <param name="Mode">Its permissions from the first byte on.</param>
public sealed record HostFile(string Path, HostFileContent Content, UnixFileMode Mode)
{
    /// <summary>Owner as <c>user</c> or <c>user:group</c>; null leaves it with the user who runs the script.</summary>
    public string? Owner { get; init; }

    /// <summary>The checksum it must have on arrival, lower-case hexadecimal; null leaves that to the connection.</summary>
    public string? Sha256 { get; init; }
}
