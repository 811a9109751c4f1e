using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>The hosts' shell and <see cref="RetentionPlanner"/> keep the same snapshots by the same rules.</summary>
public sealed class RetentionAgreementTests : IAsyncDisposable
{
    private const int Cases = 150;

    private readonly TempFolder _folder = new();
    private EtcdServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Where calendars have edges: weeks over new year, years of 53 weeks, leap days, the ends of days and hours, several an hour.</summary>
    private static readonly string[] Edges =
    [
        "1970-01-01-00.00.00", "1970-01-04-23.59.59", "1970-01-05-00.00.00", "1999-12-31-23.59.59", "2000-01-01-00.00.00", "2000-02-28-12.00.00",
        "2000-02-29-00.00.00", "2000-02-29-23.59.59", "2000-03-01-00.00.00", "2015-12-31-10.00.00", "2016-01-01-10.00.00", "2016-01-03-23.59.59",
        "2016-01-04-00.00.00", "2018-12-30-08.00.00", "2018-12-31-08.00.00", "2019-01-01-08.00.00", "2020-02-29-08.09.08", "2020-12-27-00.00.00",
        "2020-12-28-00.00.00", "2020-12-31-23.59.59", "2021-01-01-00.00.00", "2021-01-03-23.59.59", "2021-01-04-00.00.00", "2023-02-28-23.59.59",
        "2023-03-01-00.00.00", "2024-12-29-23.59.59", "2024-12-30-00.00.00", "2025-01-05-23.59.59", "2025-01-06-00.00.00", "2026-03-04-08.59.59",
        "2026-03-04-09.00.00", "2026-03-04-09.00.01", "2026-03-04-09.30.00", "2026-03-04-09.59.59", "2026-03-04-10.00.00", "2100-02-28-23.59.59",
        "2100-03-01-00.00.00",
    ];

    [Theory]
    [MemberData(nameof(StoreSignatureTests.Shells), MemberType = typeof(StoreSignatureTests))]
    public async Task UnkeptSnapshots_AnyTimesAndRules_AreThoseThatThePlannerDoesNotKeep(string shell)
    {
        (string[] Times, RetentionRules Rules)[] cases = [.. EdgeCases(), .. Enumerable.Range(0, Cases).Select(Random)];
        for (int i = 0; i < cases.Length; i++)
        {
            (string[] times, RetentionRules rules) = cases[i];
            await File.WriteAllTextAsync(_folder.File($"{i}.rules"), string.Join(' ', Counts(rules)), Stop);
            await File.WriteAllLinesAsync(_folder.File($"{i}.paths"), times.OrderDescending(StringComparer.Ordinal).Select(PathOf), Stop);
        }

        const string Loop =
            "i=0; while [ -f \"$1/$i.rules\" ]; do unkept_snapshots $(cat \"$1/$i.rules\") <\"$1/$i.paths\" >\"$1/$i.unkept\"; i=$((i + 1)); done";
        string[] words = StoreSignatureTests.Installed(shell);
        string script = "set -u\n" + ShellScript.Load("Schedules/Snapshots/Scripts/unkept_snapshots.sh") + Loop;
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(words[0], [.. words[1..], "-c", script, "sh", _folder.Path]), Stop);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        for (int i = 0; i < cases.Length; i++)
        {
            (string[] times, RetentionRules rules) = cases[i];
            IEnumerable<string> unkept = RetentionPlanner.Plan(times.Select(Item), rules, DateTimeOffset.UtcNow).Where(decision => !decision.Keep)
                .Select(decision => decision.Item.Path);
            Assert.True(
                unkept.SequenceEqual(await File.ReadAllLinesAsync(_folder.File($"{i}.unkept"), Stop)),
                $"case {i}, of {rules}: {string.Join(' ', times)}");
        }
    }

    /// <remarks>
    /// All in one folder, as real files with their manifests: those of the cluster before it was restored, and one that another version of the
    /// script took.
    /// </remarks>
    [Theory]
    [MemberData(nameof(StoreSignatureTests.Shells), MemberType = typeof(StoreSignatureTests))]
    public async Task RemoveOld_ClusterThatWasRestored_LeavesWhatThePlannerKeepsOfEach(string shell)
    {
        string[] words = StoreSignatureTests.Installed(shell);
        _server = await EtcdServer.StartAsync("3.5");
        var rules = new RetentionRules { Keep = 2, KeepHourly = 3, KeepDaily = 4, KeepWeekly = 5, KeepMonthly = 3, KeepYearly = 4 };
        var host = new ScheduleHost(_folder.File("n1"), "n1", _server, rules);
        await host.RunAsync(shell: words);
        string first = Assert.Single(host.Snapshots);
        (byte[] database, string manifest) = (await File.ReadAllBytesAsync(first, Stop), await File.ReadAllTextAsync(first + ".json", Stop));
        for (int i = 0; i < Edges.Length; i++)
        {
            string copy = Path.Combine(host.Folder, $"etcd-snapshot-{Edges[i]}.db");
            await File.WriteAllBytesAsync(copy, database, Stop);
            await File.WriteAllTextAsync(copy + ".json", Manifest(manifest, Edges[i], i % 3 == 0 ? "abcdef" : null, i % 2), Stop);
        }

        IReadOnlyList<RetentionItem> before = await RetentionCatalogue.FindAsync([host.Folder], Stop);
        ProcessResult result = await host.RunAsync(request: "now", shell: words);

        Assert.True(result.ExitCode == 0, result.Error);
        string added = Assert.Single(host.Snapshots.Except(before.Select(item => item.Path)));
        IReadOnlyList<RetentionItem> all = [.. before, .. await RetentionCatalogue.FindAsync([added], Stop)];
        Assert.Equal(2, all.Select(item => item.Series).Distinct().Count());
        string[] kept =
        [
            .. RetentionPlanner.Plan(all, rules, DateTimeOffset.UtcNow).Where(decision => decision.Keep).Select(decision => decision.Item.Path),
        ];
        Assert.InRange(kept.Length, 10, all.Count - 10);
        Assert.Equal(kept.Order(StringComparer.Ordinal), host.Snapshots);
        Assert.Equal(host.Snapshots.Select(path => path + ".json"), Directory.GetFiles(host.Folder, "*.json").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string[] Times, RetentionRules Rules)> EdgeCases()
    {
        foreach (int count in new[] { 1, 2, 3, 7, 30, 100 })
        {
            yield return (Edges, new RetentionRules { Keep = count });
            yield return (Edges, new RetentionRules { KeepHourly = count });
            yield return (Edges, new RetentionRules { KeepDaily = count });
            yield return (Edges, new RetentionRules { KeepWeekly = count });
            yield return (Edges, new RetentionRules { KeepMonthly = count });
            yield return (Edges, new RetentionRules { KeepYearly = count });
        }

        yield return (Edges, new RetentionRules { Keep = 0 });
        yield return (Edges, new RetentionRules { Keep = 1, KeepHourly = 2, KeepDaily = 3, KeepWeekly = 4, KeepMonthly = 5, KeepYearly = 6 });
        yield return ([Edges[0]], new RetentionRules { KeepYearly = 1 });
    }

    /// <summary>Up to 60 snapshots, minutes, hours, days or weeks apart, and rules of which some are missing.</summary>
    private static (string[] Times, RetentionRules Rules) Random(int seed)
    {
        var random = new Random(seed);
        int step = random.GetItems([7, 60, 300, 1440, 4000, 10080, 50000], 1)[0];
        DateTime start = new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(random.Next(40 * 365 * 1440));
        string[] times =
        [
            .. Enumerable.Range(0, random.Next(1, 60)).Select(_ => start.AddSeconds(random.NextInt64(60L * step * 40)))
                .Select(time => time.ToString("yyyy-MM-dd-HH.mm.ss", CultureInfo.InvariantCulture)).Distinct(),
        ];
        return (times, new RetentionRules
        {
            Keep = Count(),
            KeepHourly = Count(),
            KeepDaily = Count(),
            KeepWeekly = Count(),
            KeepMonthly = Count(),
            KeepYearly = Count(),
        });

        int? Count() => random.Next(3) == 0 ? random.Next(1, 9) : null;
    }

    private static int[] Counts(RetentionRules rules) =>
        [rules.Keep ?? 0, rules.KeepHourly ?? 0, rules.KeepDaily ?? 0, rules.KeepWeekly ?? 0, rules.KeepMonthly ?? 0, rules.KeepYearly ?? 0];

    private static string PathOf(string time) => $"/b/etcd-snapshot-{time}.db";

    private static RetentionItem Item(string time) =>
        new(PathOf(time), new RetentionSeries("/b", "", null), RetentionCatalogue.TimeIn(PathOf(time))!.Value); // all names have one

    // As the script would have written it then; format 1 had fewer fields.
    private static string Manifest(string json, string time, string? clusterId, int older)
    {
        string created = RetentionCatalogue.TimeIn(time)!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture); // all have one
        IEnumerable<string> lines = json.Split('\n').Select(line => line.TrimStart() switch
        {
            var text when text.StartsWith("\"created\":", StringComparison.Ordinal) => $"  \"created\": \"{created}\",",
            var text when text.StartsWith("\"clusterId\":", StringComparison.Ordinal) && clusterId is not null =>
                $"  \"clusterId\": \"{clusterId}\",",
            var text when text.StartsWith("\"format\":", StringComparison.Ordinal) && older == 1 => "  \"format\": 1,",
            _ => line,
        });
        string[] later = ["\"compression\":", "\"encrypted\":", "\"databaseSha256\":"];
        return string.Join('\n', lines.Where(line => older == 0 || !later.Any(name => line.TrimStart().StartsWith(name, StringComparison.Ordinal))));
    }
}
