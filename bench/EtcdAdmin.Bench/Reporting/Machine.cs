using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdAdmin.Bench.Reporting;

/// <summary>The machine of the measurements.</summary>
internal static class Machine
{
    public static string Processor
    {
        get
        {
            string model = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
            return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} × {model}");
        }
    }

    public static string Memory =>
        Field("/proc/meminfo", "MemTotal") is { } total && long.TryParse(total.Split(' ')[0], CultureInfo.InvariantCulture, out long kilobytes)
            ? string.Create(CultureInfo.InvariantCulture, $"{kilobytes / 1024.0 / 1024.0:0.0} GiB")
            : "unknown";

    public static string Kernel => "Linux " + File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>The file system under the databases and snapshots.</summary>
    public static string FileSystem => new DriveInfo(Path.GetTempPath()).DriveFormat;

    public static string Framework => RuntimeInformation.FrameworkDescription;

    private static string? Field(string path, string name) => File.ReadLines(path)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();
}
