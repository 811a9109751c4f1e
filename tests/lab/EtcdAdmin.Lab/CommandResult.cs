namespace EtcdAdmin.Lab;

/// <summary>The result of a command.</summary>
/// <param name="ExitCode">0 for success, by convention.</param>
/// <param name="Output">Its standard output, without the newlines at the end.</param>
/// <param name="Error">Its standard error, without the newlines at the end.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Whether the exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
