namespace EtcdAdmin.Lab;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 for success, by convention.</param>
/// <param name="Output">What it wrote to standard output, without the newlines at the end.</param>
/// <param name="Error">What it wrote to standard error, without the newlines at the end.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
