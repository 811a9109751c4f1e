using EtcdAdmin.Bench.Measuring;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>A new PowerShell that runs one command.</summary>
internal static class PowerShellProcess
{
    /// <exception cref="BenchException">pwsh is not installed on this machine, or the command failed.</exception>
    public static Task<Sample> RunAsync(string command, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        string program = Find() ?? throw new BenchException("there is no pwsh on this machine");
        return MeasuredProcess.RunAsync(
            [program, "-NoProfile", "-c", $"$ErrorActionPreference = 'Stop'; {command}"],
            // pwsh's telemetry must not be part of the measurement.
            new Dictionary<string, string>(environment) { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["NO_COLOR"] = "1" },
            cancellationToken);
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "pwsh"))
        .FirstOrDefault(File.Exists);
}
