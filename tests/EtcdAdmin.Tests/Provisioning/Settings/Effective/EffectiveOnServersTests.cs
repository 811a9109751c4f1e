using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Provisioning.Settings.Effective;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning.Settings.Effective;

/// <summary>Compares what is said about flags, variables and files with what the real servers do.</summary>
public sealed class EffectiveOnServersTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task All_EachFlag_IsKnownToThatEtcd(string minor)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(minor);
        using var limit = new SemaphoreSlim(4);

        string?[] wrong = await Task.WhenAll(EtcdFlags.All.Where(flag => flag.Name != "version").Select(async flag =>
        {
            await limit.WaitAsync(Token);
            try
            {
                // The version is printed only if all flags were read.
                string value = flag.Type switch
                {
                    SettingType.Flag => "=true",
                    SettingType.Duration => "=5s",
                    _ => "=x",
                };
                ProcessResult result = await EtcdBinaries.RunAsync(etcd.Etcd, [$"--{flag.Name}{value}", "--version"], null, Token);
                bool isKnown = !(result.Output + result.Error).Contains("flag provided but not defined", StringComparison.Ordinal);
                bool isNumber = (result.Output + result.Error).Contains("invalid value \"x\"", StringComparison.Ordinal);
                bool expectsNumber = flag.Type is SettingType.Number or SettingType.Bytes or SettingType.Milliseconds or SettingType.Seconds;
                return isKnown != (EtcdFlags.Find(flag.Name, etcd.Package.Version) is not null) ? $"{flag.Name}: known is {isKnown}"
                    : isKnown && expectsNumber && !isNumber ? $"{flag.Name} is no number" : null;
            }
            finally
            {
                limit.Release();
            }
        }));

        Assert.Empty(wrong.OfType<string>());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Read_ThreeSources_AreUsedAsSaid(string minor)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(minor);
        EtcdVersion version = etcd.Package.Version;
        using var folder = new TempFolder();
        string[] addresses = Addresses();
        string file = folder.File("etcd.yml");
        await File.WriteAllTextAsync(file, $"data-dir: {folder.File("of-file")}\n"
            + string.Concat(addresses.Select(part => part.TrimStart('-').Split('=', 2)).Select(pair => $"{pair[0]}: {pair[1]}\n")), Token);
        string[] flags = [.. addresses, $"--data-dir={folder.File("of-flag")}"];

        // Each case: its environment, its arguments, and whether the file is read.
        (Dictionary<string, string> Environment, string[] Arguments)[] cases =
        [
            (new() { ["ETCD_MAX_WALS"] = "4" }, [$"--config-file={file}", $"--data-dir={folder.File("of-flag")}"]),
            (new() { ["ETCD_CONFIG_FILE"] = file }, flags),
            (new() { ["ETCD_MAX_WALS"] = "4", ["ETCD_NONSENSE"] = "1" }, flags),
            (new() { ["ETCD_MAX_WALS"] = "4" }, [.. flags, "--max-wals=5"]),
            (new() { ["ETCD_MAX_WALS"] = "many" }, flags),
            (new() { ["ETCD_MAX_WALS"] = "" }, [.. flags, "--force"]),
            ([], [.. flags, "--nonsense"]),
        ];
        foreach ((Dictionary<string, string> environment, string[] arguments) in cases)
        {
            string? path = EffectiveConfiguration.FileOf(environment, arguments, version);
            EffectiveConfiguration said = EffectiveConfiguration.Read(
                path is null ? null : await File.ReadAllTextAsync(file, Token), environment, arguments, version);

            bool starts = await StartsAsync(etcd, environment, arguments, addresses[1].Split('=', 2)[1]);

            Assert.Equal(said.Findings.All(finding => finding.Kind != ConfigurationFindingKind.Refused), starts);
            if (!starts) continue;
            Assert.Equal(said["data-dir"], Assert.Single(Directory.GetDirectories(folder.Path)));
            Directory.Delete(said["data-dir"]!, recursive: true); // it exists
        }
    }

    private static string[] Addresses()
    {
        int[] ports = FreePorts.Take(2);
        return
        [
            "--name=m", $"--listen-client-urls=http://127.0.0.1:{ports[0]}", $"--advertise-client-urls=http://127.0.0.1:{ports[0]}",
            $"--listen-peer-urls=http://127.0.0.1:{ports[1]}", $"--initial-advertise-peer-urls=http://127.0.0.1:{ports[1]}",
            $"--initial-cluster=m=http://127.0.0.1:{ports[1]}",
        ];
    }

    private static async Task<bool> StartsAsync(EtcdBinaries etcd, Dictionary<string, string> environment, string[] arguments, string url)
    {
        // env gives the variables; it is replaced by etcd, so that the signal reaches it.
        var process = new EtcdServerProcess("env");
        process.Start([.. environment.Select(item => $"{item.Key}={item.Value}"), etcd.Etcd, .. arguments]);
        try
        {
            using var http = new HttpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(StartLimit);
            while (process.IsRunning)
            {
                try
                {
                    using HttpResponseMessage response = await http.GetAsync(new Uri(url + "/health"), patience.Token);
                    return true;
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(20, patience.Token);
                }
            }

            return false;
        }
        finally
        {
            await process.KillAsync();
        }
    }
}
