using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace EtcdAdmin.Pwsh;

/// <summary>The PowerShell that tests and measurements start: an installed one, or the one of the package that this project downloads.</summary>
/// <param name="FileName">The program.</param>
/// <param name="FirstArguments">Arguments before PowerShell's own arguments.</param>
internal sealed record PowerShellProgram(string FileName, IReadOnlyList<string> FirstArguments)
{
    // The version in EtcdAdmin.psd1: an older PowerShell cannot import the module.
    private static readonly Version Least = new(7, 6);

    private static readonly Lazy<PowerShellProgram> Found = new(Find);

    /// <summary>An installed PowerShell if it can import the module, because users run the module in an installed one. Otherwise
    /// <see cref="OfPackage"/>.</summary>
    public static PowerShellProgram Current => Found.Value;

    /// <summary>The PowerShell of the package, on the .NET that runs this program.</summary>
    /// <remarks>The command of the tool starts a second process, which does not get the signals that are sent to the first. The program
    /// beside <c>pwsh.dll</c> is for one processor architecture only.</remarks>
    public static PowerShellProgram OfPackage { get; } = new(
        Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")),
        [Path.Combine(MetadataOf("PowerShellPackage"), OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll")]);

    /// <summary>The command line that runs PowerShell with these arguments.</summary>
    public IReadOnlyList<string> CommandLine(params IEnumerable<string> arguments) => [FileName, .. FirstArguments, .. arguments];

    /// <summary>The first pwsh on a search path; null if there is none, it does not run, or it is too old.</summary>
    public static PowerShellProgram? FindInstalled(string? searchPath)
    {
        string? file = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh"))
            .FirstOrDefault(File.Exists);
        return file is not null && VersionOf(file) >= Least ? new PowerShellProgram(file, []) : null;
    }

    private static PowerShellProgram Find() => FindInstalled(Environment.GetEnvironmentVariable("PATH")) ?? OfPackage;

    /// <summary>The version that a pwsh reports, as "PowerShell 7.6.9" or "PowerShell 7.7.0-preview.1"; null if it reports none.</summary>
    private static Version? VersionOf(string file)
    {
        try
        {
            // Null only with UseShellExecute.
            using Process process = Process.Start(new ProcessStartInfo(file, ["--version"]) { RedirectStandardOutput = true })!;
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Version.TryParse(said.Trim().Split(' ')[^1].Split('-')[0], out Version? version) ? version : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string MetadataOf(string key) =>
        typeof(PowerShellProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
