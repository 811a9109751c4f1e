using System.Text.Json;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Pester;

/// <summary>Runs Pester files, each in a PowerShell process of its own: assemblies do not unload.</summary>
public sealed class PesterRunner : IAsyncLifetime
{
    private static readonly Version LeastPowerShell = new(7, 6);
    private static readonly Version LeastPester = new(5, 0);

    /// <summary>Why nothing can be run here; null when it can.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync() => Missing = await FindMissingAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The outcome of each test in the file.</summary>
    internal static async Task<IReadOnlyList<PesterTest>> RunAsync(string file, CancellationToken cancellationToken)
    {
        string result = Path.GetTempFileName();
        try
        {
            ProcessResult run = await RunScriptAsync(["-Path", file, "-ResultPath", result], cancellationToken);
            Assert.True(run.ExitCode == 0, $"pwsh ended with {run.ExitCode}.\n{run.Output}\n{run.Error}");
            await using FileStream json = File.OpenRead(result);
            return (await JsonSerializer.DeserializeAsync<PesterResult>(json, JsonSerializerOptions.Default, cancellationToken))?.Tests ?? [];
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static async Task<string?> FindMissingAsync(CancellationToken cancellationToken)
    {
        const string HowToGet = "Install it to run these tests: https://aka.ms/powershell, then Install-PSResource Pester.";
        ProcessResult run;
        try
        {
            run = await RunScriptAsync(["-ReportVersions"], cancellationToken);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.HostCommandFailed)
        {
            return $"PowerShell {LeastPowerShell} (pwsh) not found on PATH. {HowToGet}";
        }

        Assert.True(run.ExitCode == 0, $"pwsh ended with {run.ExitCode}.\n{run.Output}\n{run.Error}");
        Versions found = JsonSerializer.Deserialize<Versions>(run.Output) ?? new Versions("", "");
        if (!IsAtLeast(found.PowerShell, LeastPowerShell))
            return $"PowerShell {LeastPowerShell} not found on PATH; pwsh is {found.PowerShell}. {HowToGet}";
        return IsAtLeast(found.Pester, LeastPester) ? null : $"Pester {LeastPester} or newer not found on PowerShell's module path. {HowToGet}";
    }

    /// <summary>Pre-releases count as the release they lead to.</summary>
    private static bool IsAtLeast(string found, Version least) => Version.TryParse(found.Split('-')[0], out Version? version) && version >= least;

    private static Task<ProcessResult> RunScriptAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string script = Repository.PathOf("tests", "pester", "Invoke-PesterFile.ps1");
        return ProcessRunner.RunAsync(
            new ProcessCommand("pwsh", ["-NoProfile", "-NonInteractive", "-File", script, .. arguments])
            {
                Environment = new Dictionary<string, string?> { ["NO_COLOR"] = "1" },
            },
            cancellationToken);
    }

    private sealed record PesterResult(IReadOnlyList<PesterTest> Tests);

    private sealed record Versions(string PowerShell, string Pester);
}

/// <summary>One test as Pester saw it.</summary>
/// <param name="Name">With the names of the blocks around it.</param>
/// <param name="Result">Passed, Failed, Skipped and so on.</param>
/// <param name="Message">What failed, and where.</param>
internal sealed record PesterTest(string Name, string Result, string Message);
