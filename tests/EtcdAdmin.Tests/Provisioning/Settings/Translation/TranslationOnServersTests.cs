using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Settings.Translation;
using EtcdAdmin.Tests.Clusters.Settings;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning.Settings.Translation;

/// <summary>Gives translated settings to the real servers, and observes what each server does without a setting.</summary>
public sealed class TranslationOnServersTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Steps
    {
        get
        {
            string[] minors = [.. EtcdSettingTableTests.Versions.Select(row => row.Data)];
            var steps = new TheoryData<string, string>();
            foreach ((string older, string newer) in minors.Zip(minors.Skip(1)))
            {
                steps.Add(older, newer);
                steps.Add(newer, older);
            }

            return steps;
        }
    }

    public static TheoryData<string> Rows => [.. DefaultChanges.All.Select(row => $"{row.Name} {row.Since}")];

    /// <summary>All settings of a version at once start it, and translated they start the other one, which finds no deprecated name.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Of_EverySettingAtOnce_StartsBothServers(string from, string to)
    {
        EtcdBinaries before = await EtcdBinaries.GetAsync(from), after = await EtcdBinaries.GetAsync(to);
        EtcdVersion older = before.Package.Version, newer = after.Package.Version;
        foreach (bool old in from == "3.6" ? new[] { true, false } : [true])
        {
            Dictionary<string, object?> all = SettingSamples.Of(older, old);
            all.Remove("experimental-enable-v2v3"); // a single member with it starts and answers nothing
            foreach (SettingProblem problem in Translate(all).Problems) all.Remove(problem.Name);
            SettingTranslation found = Translate(all);

            await RunAsync(before, new EtcdTuning { Extra = all }, (_, _) => Task.FromResult(""));
            string translated = await RunAsync(after, found.Tuning, (_, _) => Task.FromResult(""));

            Assert.Empty(found.Problems);
            // max-snapshots has no successor, and etcd 3.6 and 3.7 still use it.
            Assert.DoesNotContain(translated.Split('\n'), line =>
                line.Contains("will be decommissioned in", StringComparison.Ordinal) && !line.Contains("--max-snapshots", StringComparison.Ordinal));
        }

        SettingTranslation Translate(Dictionary<string, object?> extra) =>
            SettingTranslation.Of("demo", new EtcdTuning { Extra = extra }, older, newer);
    }

    /// <summary>A setting that is carried has the same effect: etcd logs it.</summary>
    [Theory]
    [Etcd36Data("3.5", "3.6")]
    [Etcd37Data("3.6", "3.7")]
    [Etcd36Data("3.6", "3.5")]
    public async Task Of_CarriedSettings_HaveTheSameEffect(string from, string to)
    {
        EtcdBinaries before = await EtcdBinaries.GetAsync(from), after = await EtcdBinaries.GetAsync(to);
        Dictionary<string, object?> extra = from == "3.5" || to == "3.7"
            ? new()
            {
                ["experimental-corrupt-check-time"] = "4h",
                ["experimental-initial-corrupt-check"] = true,
                ["experimental-downgrade-check-time"] = "9s"
            }
            : new() { ["corrupt-check-time"] = "4h", ["feature-gates"] = "InitialCorruptCheck=true", ["downgrade-check-time"] = "9s" };
        SettingTranslation found = SettingTranslation.Of("demo", new EtcdTuning { Extra = extra }, before.Package.Version, after.Package.Version);

        string[] logs =
        [
            await RunAsync(before, new EtcdTuning { Extra = extra }, (_, _) => Task.FromResult("")),
            await RunAsync(after, found.Tuning, (_, _) => Task.FromResult("")),
        ];

        foreach (string effect in new[] { "\"corrupt-check-time-interval\":\"4h0m0s\"", "\"downgrade-check-interval\":\"9s\"" })
            Assert.All(logs, log => Assert.Contains(effect, log, StringComparison.Ordinal));
        // From 3.6 on, the field of the old name is always false.
        Assert.All(logs, log => Assert.Matches("\"initial-corrupt-check\":true|\"feature-gates\":\"InitialCorruptCheck=true\"", log));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task All_EachDefault_IsThatOfTheRealServers(string row)
    {
        DefaultChange change = DefaultChanges.All.Single(other => $"{other.Name} {other.Since}" == row);
        string newer = $"{change.Since.Major}.{change.Since.Minor}", older = $"{change.Since.Major}.{change.Since.Minor - 1}";
        Assert.SkipUnless(EtcdSettingTableTests.Versions.Any(version => version.Data == newer), $"etcd {newer} is not at hand.");

        string before = await ObserveAsync(older, change), after = await ObserveAsync(newer, change);

        Assert.Equal((change.Before, change.After), (before, after));
    }

    /// <summary>What a server does without the setting, in the words of the table.</summary>
    private static async Task<string> ObserveAsync(string minor, DefaultChange change)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(minor);
        if (change.Gate is { } gate)
        {
            ProcessResult help = await EtcdBinaries.RunAsync(etcd.Etcd, ["--help"], null, Token);
            return $"{gate}="
                + $"{((help.Output + help.Error).Contains($"{gate}=true|false (BETA - default=true)", StringComparison.Ordinal) ? "true" : "false")}";
        }

        string seen = "";
        string log = await RunAsync(etcd, new EtcdTuning(), async (http, port) => seen = change.Name switch
        {
            "enable-v2" => await AnswersAsync(http.GetAsync(new Uri($"http://127.0.0.1:{port}/v2/keys"), Token)),
            "enable-grpc-gateway" => await AnswersAsync(http.PostAsync(
                new Uri($"http://127.0.0.1:{port}/{(minor == "3.3" ? "v3beta" : "v3")}/kv/range"), new StringContent("""{"key":"YQ=="}"""), Token)),
            _ => "",
        });
        return change.Name switch
        {
            "snapshot-count" => Regex.IsMatch(log, """("snapshot-count":100000,)|(snapshot count = 100000$)""", RegexOptions.Multiline) ? "100000"
                : Regex.IsMatch(log, """("snapshot-count":10000,)|(snapshot count = 10000$)""", RegexOptions.Multiline) ? "10000" : log,
            "pre-vote" => log.Contains("\"pre-vote\":true", StringComparison.Ordinal) ? "true"
                : log.Contains("\"pre-vote\":false", StringComparison.Ordinal) ? "false" : log,
            _ => seen,
        };
    }

    private static async Task<string> AnswersAsync(Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        return response.IsSuccessStatusCode ? "true" : "false";
    }

    /// <summary>Starts a member with settings as EtcdAdmin writes them, and stops it once it serves.</summary>
    private static async Task<string> RunAsync(EtcdBinaries etcd, EtcdTuning tuning, Func<HttpClient, int, Task<string>> ask)
    {
        using var folder = new TempFolder();
        int[] ports = FreePorts.Take(2);
        string file = folder.File("etcd.yml");
        await File.WriteAllTextAsync(
            file, EtcdConfiguration.Render(Spec(etcd, folder, ports, tuning), Spec(etcd, folder, ports, tuning).Members[0]), Token);
        var process = new EtcdServerProcess(etcd.Etcd);
        process.Start(["--config-file", file]);
        try
        {
            using var http = new HttpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(StartLimit);
            Uri health = new((tuning.Extra?.GetValueOrDefault("listen-client-http-urls") ?? $"http://127.0.0.1:{ports[0]}") + "/health");
            while (process.IsRunning && !await AnswersAsync(http, health, patience.Token)) await Task.Delay(20, patience.Token);
            Assert.True(process.IsRunning, $"etcd {etcd.Package.Version} did not start:\n{process.Log}");
            await ask(http, ports[0]);
            return process.Log;
        }
        finally
        {
            await process.KillAsync();
        }
    }

    // The log does not say it at every level; and some settings make etcd refuse what it is asked here.
    private static async Task<bool> AnswersAsync(HttpClient http, Uri health, CancellationToken patience)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(health, patience);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static ClusterSpec Spec(EtcdBinaries etcd, TempFolder folder, int[] ports, EtcdTuning tuning) => new()
    {
        Version = etcd.Package.Version,
        Tls = false,
        Token = "token",
        Tuning = tuning,
        Members =
        [
            new MemberSpec
            {
                Name = "m", HostName = "127.0.0.1", Address = "127.0.0.1", ClientPort = ports[0], PeerPort = ports[1],
                Directory = folder.File("m"), BinDirectory = etcd.Folder,
            },
        ],
    };
}
