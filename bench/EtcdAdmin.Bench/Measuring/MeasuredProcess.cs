using System.Diagnostics;
using System.Globalization;

namespace EtcdAdmin.Bench.Measuring;

/// <summary>Runs a program to its end and measures its time and largest memory.</summary>
internal static class MeasuredProcess
{
    // The shell becomes the program (same process id); its output is discarded at no cost.
    private const string DiscardOutput = "exec \"$@\" >/dev/null";

    // The kernel keeps the peak, so only growth between the last reading and the end is missed.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    public static async Task<Sample> RunAsync(
        IReadOnlyList<string> commandLine, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = Describe(commandLine, environment);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new BenchException($"{commandLine[0]} could not be started.");
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            Task<long> watching = WatchAsync(process.Id, process.WaitForExitAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
            long peak = await watching;
            string text = await errors;
            if (process.ExitCode == 0) return new Sample(elapsed) { PeakBytes = peak };
            throw new BenchException($"{Path.GetFileName(commandLine[0])} ended with exit code {process.ExitCode}: {FirstLine(text)}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo Describe(IReadOnlyList<string> commandLine, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", DiscardOutput, "sh", .. commandLine]) { RedirectStandardError = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return start;
    }

    private static async Task<long> WatchAsync(int processId, Task ended)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        using var timer = new PeriodicTimer(LookInterval);
        long peak = 0;
        do peak = Math.Max(peak, ReadPeak(path));
        while (!ended.IsCompleted && await timer.WaitForNextTickAsync(CancellationToken.None));
        return peak;
    }

    /// <summary>The largest resident set so far; 0 once the process has ended.</summary>
    private static long ReadPeak(string path)
    {
        const string Label = "VmHWM:";
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line.AsSpan(Label.Length, line.Length - Label.Length - " kB".Length), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0; // it has ended since
        }
    }

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim();
}
