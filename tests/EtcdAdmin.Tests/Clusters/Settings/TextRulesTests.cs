using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Settings;

/// <summary>Gives texts to the real servers: what is refused here must be what they end with, and what is taken what they start with.</summary>
public sealed class TextRulesTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(40);

    // In pairs for each: taken and refused by some release at least.
    private static readonly (string Name, string Value)[] Texts =
    [
        ("auth-token", "simple"), ("auth-token", "simple,any=1"), ("auth-token", "simple,any"), ("auth-token", "Simple"), ("auth-token", "jwt"),
        ("auth-token", "jwt,sign-method=HS256,priv-key={key}"), ("auth-token", "jwt,sign-method=HS256,priv-key={key},ttl=10m"),
        ("auth-token", "jwt,sign-method=HS256,priv-key={key},ttl=10"),
        ("auth-token", "jwt,sign-method=HS999,priv-key={key}"), ("auth-token", "jwt,sign-method=HS256,pub-key={key}"),
        ("auth-token", "jwt,sign-method=HS256,sign-method=HS256,priv-key={key}"),
        ("cors", "*"), ("cors", "https://a.example:443,http://b.example:80"), ("cors", "https://a.example"), ("cors", "https://a.example:443/"),
        ("cors", "*,https://a.example:443"), ("listen-metrics-urls", "http://127.0.0.1:{port}"), ("listen-metrics-urls", "http://localhost:{port}"),
        ("listen-metrics-urls", "http://n1.example.org:{port}"), ("listen-metrics-urls", "http://127.0.0.1"),
        ("cipher-suites", "TLS_RSA_WITH_AES_128_CBC_SHA"), ("cipher-suites", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"),
        ("cipher-suites", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("cipher-suites", "TLS_AES_128_GCM_SHA256"), ("cipher-suites", "AES128-SHA"), ("cipher-suites", "tls_rsa_with_aes_128_cbc_sha"),
        ("feature-gates", "AllAlpha=false"), ("feature-gates", "CompactHashCheck=true,InitialCorruptCheck=false"),
        ("feature-gates", "PriorityRequest=true"), ("feature-gates", "NoSuchGate=true"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => EtcdSettingTableTests.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Rule_EachText_IsWhatThatEtcdTakes(string minor)
    {
        using var folder = new TempFolder();
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(minor);
        EtcdVersion version = etcd.Package.Version;
        (string Name, string Value)[] known = [.. Texts.Where(text => EtcdSettingTable.Find(text.Name)!.IsKnownTo(version))];
        using var limit = new SemaphoreSlim(4);

        string?[] wrong = await Task.WhenAll(known.Select((text, number) => CheckAsync(folder, etcd, version, number, text.Name, text.Value, limit)));

        Assert.Empty(wrong.OfType<string>());
    }

    private static async Task<string?> CheckAsync(
        TempFolder folder, EtcdBinaries etcd, EtcdVersion version, int number, string name, string value, SemaphoreSlim limit)
    {
        await limit.WaitAsync(Token);
        try
        {
            string place = folder.File(number.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(place);
            int[] ports = [.. FreePorts.Take(3)];
            await File.WriteAllTextAsync($"{place}/key", "secret", Token);
            string given = value.Replace("{key}", $"{place}/key", StringComparison.Ordinal).Replace(
                "{port}", $"{ports[2]}", StringComparison.Ordinal);
            EtcdSetting setting = EtcdSettingTable.Find(name)!;
            string? refused = KeptSettings.Problem(setting, given, version, out object kept);
            object written = refused is null ? kept : given;
            string text = setting.Type == SettingType.List ? $"[{string.Join(',', written as IEnumerable<object?> ?? [written])}]" : $"'{written}'";
            await File.WriteAllTextAsync($"{place}/etcd.yml", $"""
                name: x
                data-dir: {place}/data
                listen-client-urls: http://127.0.0.1:{ports[0]}
                advertise-client-urls: http://127.0.0.1:{ports[0]}
                listen-peer-urls: http://127.0.0.1:{ports[1]}
                initial-advertise-peer-urls: http://127.0.0.1:{ports[1]}
                initial-cluster: x=http://127.0.0.1:{ports[1]}
                {name}: {text}

                """, Token);
            bool starts = await StartsAsync(etcd, $"{place}/etcd.yml");
            return starts == refused is null ? null
                : $"etcd {version} {(starts ? "takes" : "ends with")} {name}: {value}, and the rule says {refused ?? "nothing"}";
        }
        finally
        {
            limit.Release();
        }
    }

    private static async Task<bool> StartsAsync(EtcdBinaries etcd, string file)
    {
        var process = new EtcdServerProcess(etcd.Etcd);
        process.Start(["--config-file", file]);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(StartLimit);
            while (process.IsRunning && !process.Log.Contains("ready to serve client requests", StringComparison.Ordinal))
                await Task.Delay(20, patience.Token);
            return process.IsRunning;
        }
        finally
        {
            await process.KillAsync();
        }
    }
}
