using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Calls of the client, beside another build of EtcdAdmin if one is given.</summary>
internal sealed class CallsSubject(Lab lab, LabCluster installed, Dataset dataset, string? otherBuild)
{
    private static readonly string[] Calls = [ClientCall.First, ClientCall.Statuses, ClientCall.Keys, ClientCall.Events, ClientCall.Snapshot];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        foreach (string call in Calls)
        {
            var contest = new Contest($"Call '{call}'");
            Contestant ours = contest.Add("this build", token => RunAsync(Worker.CommandLine, call, token));
            Contestant? theirs = otherBuild is null
                ? null
                : contest.Add("the other build", token => RunAsync(job => Worker.CommandLineOf(otherBuild, job), call, token));
            await contest.RunAsync(runs, cancellationToken);
            rows.Add(Compare($"{Title(call)}: time", "ms", ours.Milliseconds, theirs?.Milliseconds));
            rows.Add(Compare("the same: processor time", "ms", ours.ProcessorMilliseconds, theirs?.ProcessorMilliseconds));
            rows.Add(Compare("the same: peak memory of the process", "MB", ours.PeakMegabytes, theirs?.PeakMegabytes));
        }

        if (otherBuild is not null) await AddShellAsync(rows, otherBuild, runs, cancellationToken);
        return new Section(
            "Calls of the client",
            otherBuild is null ? "–" : "the other build",
            string.Create(CultureInfo.InvariantCulture, $"""
                One member with TLS and {dataset.Keys} keys with values of {dataset.ValueBytes} bytes. Each run is a new process, which makes the calls
                once before they are measured. Only the first call is measured with the start of its process. The option `--other` names another build
                of EtcdAdmin that makes the same calls in turns: the way to see what a change costs.
                """),
            rows,
            []);
    }

    private async Task AddShellAsync(List<Row> rows, string other, int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Get-EtcdHealth");
        Contestant ours = contest.Add("this build", token => ShellAsync(Repository.Module, token));
        Contestant theirs = contest.Add("the other build", token => ShellAsync(Repository.ModuleOf(other), token));
        await contest.RunAsync(runs, cancellationToken);
        rows.Add(Row.Of("`Get-EtcdHealth` in a new pwsh, with the start of both: time", "ms", ours.Milliseconds, theirs.Milliseconds));
    }

    private Task<Sample> ShellAsync(string module, CancellationToken cancellationToken) => PowerShellProcess.RunAsync(
        $"Import-Module '{module}'; Get-EtcdCluster {installed.Name} | Get-EtcdHealth", lab.Environment, cancellationToken);

    private async Task<Sample> RunAsync(
        Func<IReadOnlyList<string>, IReadOnlyList<string>> commandLineOf, string call, CancellationToken cancellationToken)
    {
        string result = Path.Combine(lab.Folder, "call.result");
        IReadOnlyList<string> commandLine = commandLineOf([BenchOptions.Calls, installed.Name, call, result]);
        Sample sample = await MeasuredProcess.RunAsync(commandLine, lab.Environment, cancellationToken);
        (TimeSpan elapsed, TimeSpan processor) = await ClientCall.ReadAsync(result, cancellationToken);
        return sample with { Elapsed = elapsed, Processor = processor };
    }

    private string Title(string call) => call switch
    {
        ClientCall.First => "the first call, with the start of .NET",
        ClientCall.Statuses => string.Create(CultureInfo.InvariantCulture, $"{ClientCall.StatusCount} calls of Status"),
        ClientCall.Keys => string.Create(CultureInfo.InvariantCulture, $"{dataset.Keys} keys with their values"),
        ClientCall.Events => string.Create(CultureInfo.InvariantCulture, $"a watch of {ClientCall.EventCount} events of the past"),
        _ => string.Create(CultureInfo.InvariantCulture, $"a snapshot of {dataset.DatabaseMegabytes:0} MB, not written"),
    };

    private static Row Compare(string what, string unit, Spread ours, Spread? theirs) =>
        theirs is null ? Row.Alone(what, unit, ours) : Row.Of(what, unit, ours, theirs);
}
