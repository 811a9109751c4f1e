using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>The command lines with which timers of this machine run PowerShell; first of all, that of a health monitor.</summary>
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
        return Line(module,
            "$began = [DateTimeOffset]::UtcNow",
            $"$null = {check} -Cluster {name}",
            $"$record = Get-EtcdHealthHistory -Cluster {name} -MaxAge 1:00:00 | Where-Object Time -GE $began | Select-Object -Last 1",
            $"if (-not $record) {{ throw '{NotRecorded}' }}",
            "$record.Summary");
    }

    /// <summary>A command line that imports the module and runs statements. If one fails, it ends with 1, and one line of standard error says why.
    /// </summary>
    /// <param name="module">The full path of the module's file.</param>
    /// <param name="statements">The statements, without line breaks: settings are lines.</param>
    public static IReadOnlyList<string> Line(string module, params string[] statements)
    {
        string[] all =
        [
            "$ErrorActionPreference = 'Stop'",
            "$WarningPreference = $ProgressPreference = 'SilentlyContinue'",
            $"try {{ Import-Module {Quote(module)}",
            .. statements,
        ];
        return
        [
            .. Program(), "-NoProfile", "-NonInteractive", "-Command",
            string.Join("; ", all) + " } catch { [Console]::Error.WriteLine((\"$_\" -replace '\\s+', ' ')); exit 1 }",
        ];
    }

    /// <summary>A text in single quotes.</summary>
    public static string Quote(string value) => "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'";

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
}
