using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Pwsh;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>A new PowerShell that runs one command.</summary>
internal static class PowerShellProcess
{
    /// <exception cref="BenchException">The command failed.</exception>
    public static Task<Sample> RunAsync(string command, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken) =>
        MeasuredProcess.RunAsync(
            PowerShellProgram.Current.CommandLine("-NoProfile", "-c", $"$ErrorActionPreference = 'Stop'; {command}"),
            // pwsh's telemetry must not be part of the measurement.
            new Dictionary<string, string>(environment) { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["NO_COLOR"] = "1" },
            cancellationToken);
}
