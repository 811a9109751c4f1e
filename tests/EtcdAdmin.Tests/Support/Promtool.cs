using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

[assembly: AssemblyFixture(typeof(Promtool))]
namespace EtcdAdmin.Tests.Support;

/// <summary>
/// Prometheus's own checker of rules, configurations and metrics: of PATH, else of Debian's package, which is unpacked and not installed.
/// </summary>
public sealed class Promtool : IDisposable
{
    private readonly Lazy<Task<string>> _program;
    private readonly TempFolder _folder = new();

    public Promtool() => _program = new Lazy<Task<string>>(FindAsync);

    /// <summary>Runs it. Where it is not available, the test is skipped, but on CI (variable <c>CI</c>) it fails.</summary>
    /// <param name="input">For its standard input; null for none.</param>
    /// <param name="arguments">Its arguments.</param>
    internal async Task<ProcessResult> RunAsync(string? input, params string[] arguments)
    {
        string program = await _program.Value;
        using MemoryStream? stream = input is null ? null : new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input));
        return await ProcessRunner.RunAsync(new ProcessCommand(program, arguments) { StandardInput = stream }, TestContext.Current.CancellationToken);
    }

    /// <summary>Prometheus itself, which is in the same package and in the same folder.</summary>
    public async Task<string> ServerAsync() => Path.Combine(Path.GetDirectoryName(await _program.Value)!, "prometheus");

    public void Dispose() => _folder.Dispose();

    private async Task<string> FindAsync()
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (path.Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists) is { } installed) return installed;
        const string script = "cd \"$1\" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .";
        string error = "this is not Debian";
        if (File.Exists("/usr/bin/apt-get"))
            error = (await ProcessRunner.RunAsync(new ProcessCommand("sh", ["-c", script, "sh", _folder.Path]), CancellationToken.None)).Error;
        string unpacked = _folder.File("usr/bin/promtool");
        Assert.SkipWhen(
            !File.Exists(unpacked) && Environment.GetEnvironmentVariable("CI") is null or "",
            $"promtool is not available here (Debian package prometheus): {error}");
        return unpacked;
    }
}
