using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>The command line with which the timer of a health monitor makes a check.</summary>
internal static class MonitorCommand
{
    private const string Pwsh = "pwsh";
    private const string NotRecorded =
        "The health was checked, but it could not be recorded beside the profile of the cluster. Its disk may be full, or "
            + "its files belong to another user.";

    /// <summary>
    /// The command line: this PowerShell, by its full path. It prints the recorded health in one line. If the health was not recorded, it ends
    /// with 1, and one line of standard error says why.
    /// </summary>
    /// <param name="module">The full path of the module's file.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="destination">The full path of the folder for metrics; null for none.</param>
    /// <param name="snapshots">The full path of the folder with snapshots; null for none.</param>
    /// <param name="timeout">How long members may take to answer; null is the usual time.</param>
    public static IReadOnlyList<string> Of(string module, string cluster, string? destination, string? snapshots, TimeSpan? timeout)
    {
        string check = destination is null ? "Get-EtcdHealth" : $"Export-EtcdHealth -Destination {Quote(destination)}";
        if (snapshots is not null) check += $" -SnapshotPath {Quote(snapshots)}";
        if (timeout is { } time) check += $" -Timeout {Quote(time.ToString("c", CultureInfo.InvariantCulture))}";
        string name = Quote(cluster);
        // Without line breaks: the settings of the monitor are lines.
        string text = string.Join("; ",
            "$ErrorActionPreference = 'Stop'",
            "$WarningPreference = $ProgressPreference = 'SilentlyContinue'",
            $"try {{ Import-Module {Quote(module)}",
            "$began = [DateTimeOffset]::UtcNow",
            $"$null = {check} -Cluster {name}",
            $"$record = Get-EtcdHealthHistory -Cluster {name} -MaxAge 1:00:00 | Where-Object Time -GE $began | Select-Object -Last 1",
            $"if (-not $record) {{ throw '{NotRecorded}' }}",
            "$record.Summary } catch { [Console]::Error.WriteLine((\"$_\" -replace '\\s+', ' ')); exit 1 }");
        return [.. Program(), "-NoProfile", "-NonInteractive", "-Command", text];
    }

    /// <summary>The PowerShell that runs now: a program, or its assembly and the program that runs it.</summary>
    private static IReadOnlyList<string> Program()
    {
        string folder = Path.GetDirectoryName(typeof(PSObject).Assembly.Location)!; // PowerShell loads it from a file
        string assembly = Path.Combine(folder, Pwsh + ".dll");
        string process = Environment.ProcessPath ?? "";
        return Path.GetFileNameWithoutExtension(process) switch
        {
            Pwsh => [process],
            "dotnet" when File.Exists(assembly) => [process, assembly],
            _ => [Path.Combine(folder, Pwsh)],
        };
    }

    private static string Quote(string value) => "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'";
}
