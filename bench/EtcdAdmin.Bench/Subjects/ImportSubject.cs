using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Loading the module.</summary>
internal sealed class ImportSubject(Lab lab)
{
    private const string What = "`Import-Module`: time";

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Import");
        Contestant bare = contest.Add("pwsh alone", token => PowerShellProcess.RunAsync("1", lab.Environment, token), optional: true);
        Contestant import = contest.Add("with the module", optional: true, runAsync: token =>
            PowerShellProcess.RunAsync($"Import-Module '{Repository.Module}'", lab.Environment, token));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Loading the module",
            "pwsh alone",
            "A new pwsh that imports the module, a new pwsh that does not, and the difference of each pair of runs.",
            Rows(bare, import),
            ["pwsh -NoProfile -c 1"]);
    }

    private static IReadOnlyList<Row> Rows(Contestant bare, Contestant import)
    {
        if ((bare.Failure ?? import.Failure) is { } reason) return [Row.Missing(What, reason)];
        IEnumerable<double> differences = import.Samples.Zip(bare.Samples, (with, without) => (with.Elapsed - without.Elapsed).TotalMilliseconds);
        return
        [
            Row.Of("`pwsh -NoProfile -c 'Import-Module ./out/EtcdAdmin'`: time", "ms", import.Milliseconds, bare.Milliseconds),
            Row.Alone("the difference: time", "ms", Spread.Of(differences)),
            Row.Of("the same: peak memory", "MB", import.PeakMegabytes, bare.PeakMegabytes),
        ];
    }
}
