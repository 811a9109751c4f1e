using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Snapshots.Formats;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>v2 keys become v3 keys: from a running cluster, and from backups in the style of etcd 2.</summary>
public sealed class V2ConverterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConvertAsync_KeysDirectoriesAndLifetimes_AreThereAsV3KeysAndClearedInV2()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        EtcdCluster cluster = ClusterOf(member);
        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), cluster, cluster, Request("a"), null);

        V2Conversion survey = await converter.SurveyAsync(Token);
        Assert.False(File.Exists(_folder.File("a.jsonl")));
        Assert.Equal(0, await cluster.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
        V2Conversion done = await converter.ConvertAsync(Token);

        Assert.Equal((6L, 6L, 2, 1, true, false),
            (done.Keys, done.Created, done.Leases, done.EmptyDirectories, done.Compared, done.Cleared));
        Assert.Equal(survey.Created, done.Created);
        EtcdKeyValue plain = await GetAsync(cluster, "/app/a b/c%d");
        Assert.Equal(("ä\n1", true), (plain.ValueText, plain.Lease.IsNone));
        EtcdKeyValue expiring = await GetAsync(cluster, "/ttl");
        TimeSpan left = (await cluster.Client.Leases.TimeToLiveAsync(expiring.Lease, cancellationToken: Token)).Remaining!.Value;
        Assert.InRange(left, TimeSpan.FromSeconds(3000), TimeSpan.FromSeconds(3600));
        // Both in the directory that expires: one lease, with the shorter of the times.
        EtcdKeyValue[] below = [await GetAsync(cluster, "/dir/x"), await GetAsync(cluster, "/dir/sub/y")];
        Assert.Equal(below[0].Lease, below[1].Lease);
        Assert.NotEqual(expiring.Lease, below[0].Lease);

        Assert.True((await converter.ClearAsync(done, Token)).Cleared);
        Assert.DoesNotContain("nodes", await member.V2Async(HttpMethod.Get, "/keys/?recursive=true"), StringComparison.Ordinal);
        V2Findings found = await V2Scanner.ScanAsync(AdminContext.Default(), member.Spec, Token);
        Assert.Equal((0L, false, V2Cure.RaftSnapshot), (found.Keys, found.HasContent, found.ObstacleTo(EtcdVersion.Parse("3.6.0"))?.Cure));
    }

    [Fact]
    public async Task ConvertAsync_Repeated_SkipsWhatIsThereAndRefusesOtherValues()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.4", "--enable-v2");
        await FillAsync(member);
        EtcdCluster cluster = ClusterOf(member);
        var map = new KeyPrefixMap("/app/"u8.ToArray(), "/new/"u8.ToArray());
        V2ConversionRequest request = Request("first") with { Prefix = "/app/", Map = map };

        V2Conversion first = await ConvertAsync(cluster, request);
        V2Conversion again = await ConvertAsync(cluster, request with { ExportPath = _folder.File("again.jsonl") });
        await member.V2Async(HttpMethod.Put, "/keys/app/k1", ("value", "changed"));
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(
            () => ConvertAsync(cluster, request with { ExportPath = _folder.File("other.jsonl") }));
        EtcdException exists = await Assert.ThrowsAsync<EtcdException>(() => ConvertAsync(cluster, request));

        Assert.Equal((3L, 0L, 3L), (first.Created, again.Created, again.Unchanged));
        Assert.Equal("one", (await GetAsync(cluster, "/new/k1")).ValueText);
        Assert.Equal((EtcdErrorIds.KeyExists, EtcdErrorIds.FileExists), (refused.ErrorId, exists.ErrorId));
    }

    [Fact]
    public async Task ClearAsync_KeyChangedMeanwhileOrHidden_IsKeptAndReported()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        await member.V2Async(HttpMethod.Put, "/keys/hiding/_h", ("value", "hidden"));
        EtcdCluster cluster = ClusterOf(member);
        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), cluster, cluster, Request("a"), null);
        await converter.SurveyAsync(Token);
        V2Conversion done = await converter.ConvertAsync(Token);
        await member.V2Async(HttpMethod.Put, "/keys/app/k1", ("value", "later"));

        EtcdException changed = await Assert.ThrowsAsync<EtcdException>(() => converter.ClearAsync(done, Token));
        await member.V2Async(HttpMethod.Delete, "/keys/app?recursive=true");
        EtcdException hidden = await Assert.ThrowsAsync<EtcdException>(() => converter.ClearAsync(done, Token));

        Assert.Equal((EtcdErrorIds.RequestRefused, EtcdErrorIds.RequestRefused), (changed.ErrorId, hidden.ErrorId));
        Assert.Contains("1 v2 keys were changed", changed.Message, StringComparison.Ordinal);
        Assert.Contains("/hiding", hidden.Message, StringComparison.Ordinal);
        Assert.Contains("hidden", await member.V2Async(HttpMethod.Get, "/keys/hiding/_h"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClearAsync_UsersAndRolesOfApi2_GoToo()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        await member.V2JsonAsync("/auth/users/root", """{"user":"root","password":"secret"}""");
        await member.V2JsonAsync("/auth/roles/app", """{"role":"app"}""");
        await member.V2JsonAsync("/auth/enable", "");
        EtcdCluster anyone = ClusterOf(member);
        EtcdCluster root = anyone.WithCredential(new EtcdCredential("root", "secret"));
        var source = V2Converter.OfCluster(AdminContext.Default(), root, anyone, Request("a"), null);

        await source.SurveyAsync(Token);
        V2Conversion done = await source.ConvertAsync(Token);
        await source.ClearAsync(done, Token);

        V2Findings found = await V2Scanner.ScanAsync(AdminContext.Default(), member.Spec, Token);
        Assert.Equal((0, false), (found.UsersAndRoles, found.HasContent));
    }

    [Theory]
    [Etcd36Data("3.6")]
    public async Task PlanAsync_ManagedClusterWithHiddenKeys_ConvertsThemAndClearsSoThatTheNextVersionStarts(string next)
    {
        await using var lab = new LocalLab();
        InstallRequest install = await LocalLab.RequestAsync("demo", 1, "3.5");
        var tuning = new EtcdTuning { Extra = new Dictionary<string, object?> { ["enable-v2"] = true } };
        EtcdCluster cluster = await LocalLab.RunAsync(
            await lab.Installer.PlanAsync(install with { Tls = false, Tuning = tuning, ForceSettings = true }, Token));
        using var http = new HttpClient { BaseAddress = cluster.Endpoints[0] };
        foreach (string key in (string[])["app/k1", "_coreos.com/fleet/job/a", "hiding/_h", "hiding/_deep/_er/x"])
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("value", "of " + key)]);
            (await http.PutAsync(new Uri("v2/keys/" + key, UriKind.Relative), form, Token)).EnsureSuccessStatusCode();
        }

        V2Converter converter = V2Converter.OfCluster(lab.Context, cluster, cluster, Request("a") with { ClearsV2 = true }, null);
        Operation<V2Conversion> operation = await converter.PlanAsync(Token);
        V2Conversion done = await LocalLab.RunAsync(operation);
        string[] left = [.. (await V2Scanner.ReadKeysAsync(lab.Context, cluster.RequireSpec().Members[0], Token))!
            .Walk().Select(found => found.Path)];
        EtcdBinaries binaries = await EtcdBinaries.GetAsync(next);
        ClusterUpdate update = await new ClusterUpdater(lab.Context).PlanAsync(cluster, new UpdateRequest
        {
            Package = new PackageRequest { Path = binaries.Folder, Version = VersionRequest.For(binaries.Package.Version) },
            IgnoredChecks = new HashSet<UpgradeGate> { UpgradeGate.PatchFloor, UpgradeGate.Settings },
        }, Token);
        EtcdCluster updated = await LocalLab.RunAsync(update.Operation);

        Assert.Equal(["ConvertV2Keys", "ClearV2Store"], operation.Plan.Steps.Select(step => step.Id));
        Assert.Empty(operation.Warnings);
        Assert.Equal((4L, 4L, 3, true, true), (done.Keys, done.Created, done.HiddenKeys, done.Compared, done.Cleared));
        Assert.Equal([""], left);
        Assert.Equal("of _coreos.com/fleet/job/a", (await GetAsync(updated, "/_coreos.com/fleet/job/a")).ValueText);
        Assert.Equal("of hiding/_deep/_er/x", (await GetAsync(updated, "/hiding/_deep/_er/x")).ValueText);
        Assert.True((await new HealthChecker(lab.Context).CheckAsync(updated, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task PlanAsync_AnotherChangeOfTheClusterRuns_WaitsForNothingAndDeletesNothing()
    {
        await using var lab = new LocalLab();
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        EtcdCluster cluster = ClusterOf(member);
        V2Converter converter = V2Converter.OfCluster(lab.Context, cluster, cluster, Request("a") with { ClearsV2 = true }, null);
        Operation<V2Conversion> operation = await converter.PlanAsync(Token);

        using (ClusterLock.Take(lab.Home, "old", "another change", TimeProvider.System))
        {
            EtcdException busy = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(null, Token));
            Assert.Equal(EtcdErrorIds.ClusterBusy, busy.ErrorId);
        }

        Assert.Contains(operation.Warnings, warning => warning.Contains("underscore", StringComparison.Ordinal)); // its data cannot be read here
        Assert.False(File.Exists(_folder.File("a.jsonl")));
        Assert.Contains("k1", await member.V2Async(HttpMethod.Get, "/keys/?recursive=true"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "sesame")]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public async Task ReadAsync_EncryptedOrZippedBackup_ReadsItOrSaysWhatItNeeds(bool encrypted, string? passphrase)
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        await member.StopAsync();
        string folder = await BackUpAsync(member, packed: encrypted), file = _folder.File("backup");
        if (encrypted)
        {
            byte[] plain = await File.ReadAllBytesAsync(folder, Token);
            file = _folder.File("backup.enc");
            await File.WriteAllBytesAsync(
                file, Packing.Encrypt(plain, new SnapshotRecipients { Passphrase = "sesame" }, SnapshotEncryption.Cms), Token);
        }
        else
        {
            file = _folder.File("backup.zip");
            await ZipFile.CreateFromDirectoryAsync(folder, file, Token);
        }

        if (encrypted && passphrase is null)
        {
            EtcdException locked = await Assert.ThrowsAsync<EtcdException>(() => V2Backup.ReadAsync(file, null, Token));
            Assert.Equal(EtcdErrorIds.SnapshotEncrypted, locked.ErrorId);
            Assert.Contains("-Passphrase", locked.NextStep, StringComparison.Ordinal);
            return;
        }

        V2Node read = await V2Backup.ReadAsync(file, new SnapshotSecrets { Passphrase = passphrase }, Token);

        Assert.Equal("two", read.Find("/app/k2")?.Value);
    }

    [Fact]
    public async Task SurveyAsync_ApiTwoIsOff_SaysHowToTurnItOn()
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync("3.5");
        var cluster = new EtcdCluster("prod", etcd.Endpoints);
        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), cluster, cluster, Request("a"), null);

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => converter.SurveyAsync(Token));

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains("enable-v2", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SurveyAsync_ClusterWithTls_ReadsApiTwoWithItsCertificates()
    {
        CertificateAuthority authority = CertificateAuthority.Create("v2");
        await using EtcdServer etcd = await EtcdServer.StartAsync("3.3", new EtcdServerOptions { Authority = authority });
        IssuedCertificate client = authority.Issue(CertificateSpec.Client("tester"));
        var tls = new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem };
        var cluster = new EtcdCluster("secure", etcd.Endpoints) { Tls = tls };
        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), cluster, cluster, Request("a"), null);

        V2Conversion survey = await converter.SurveyAsync(Token);

        Assert.Equal(0, survey.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConvertAsync_BackupInTheStyleOfEtcd2_ReadsRaftSnapshotAndLog(bool packed)
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3", "--snapshot-count=12");
        await FillAsync(member);
        for (int i = 0; i < 15; i++) await member.V2Async(HttpMethod.Put, "/keys/app/k1", ("value", $"write {i}"));
        await member.V2Async(HttpMethod.Put, "/keys/app/_h", ("value", "hidden"));
        await member.V2Async(HttpMethod.Post, "/keys/queue", ("value", "in order"));
        await member.V2Async(HttpMethod.Put, "/keys/app/k2?prevValue=two", ("value", "swapped"));
        await member.V2Async(HttpMethod.Delete, "/keys/ttl");
        await member.StopAsync();
        Assert.NotEmpty(Directory.GetFiles(member.DataDirectory + "/member/snap", "*.snap"));
        string backup = await BackUpAsync(member, packed);
        await member.StartAsync("3.3");
        await using EtcdServer target = await EtcdServer.StartAsync("3.5");
        var cluster = new EtcdCluster("new", target.Endpoints);
        V2Converter converter = V2Converter.OfBackup(AdminContext.Default(), backup, null, cluster, Request("a"), null);

        await converter.SurveyAsync(Token);
        V2Conversion done = await converter.ConvertAsync(Token);

        // What a running etcd of the same data lists, and the hidden key.
        var api = new V2ApiClient(ClusterOf(member));
        V2KeyList listed = V2KeyList.Of((await api.ReadAsync("", Token))!, "", DateTimeOffset.UtcNow); // it has content
        Assert.Equal(listed.Keys.Count + 1, done.Created);
        foreach (ExportedKey key in listed.Keys)
            Assert.Equal(key.KeyValue.ValueText, (await GetAsync(cluster, key.KeyValue.KeyText)).ValueText);
        Assert.Equal(("write 14", "hidden", "swapped"), (
            (await GetAsync(cluster, "/app/k1")).ValueText, (await GetAsync(cluster, "/app/_h")).ValueText,
            (await GetAsync(cluster, "/app/k2")).ValueText));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task FillAsync(CarriedMember member)
    {
        await member.V2Async(HttpMethod.Put, "/keys/app/k1", ("value", "one"));
        await member.V2Async(HttpMethod.Put, "/keys/app/k2", ("value", "two"));
        await member.V2Async(HttpMethod.Put, "/keys/app/a%20b/c%25d", ("value", "ä\n1"));
        await member.V2Async(HttpMethod.Put, "/keys/empty", ("dir", "true"));
        await member.V2Async(HttpMethod.Put, "/keys/ttl", ("value", "x"), ("ttl", "3600"));
        await member.V2Async(HttpMethod.Put, "/keys/dir", ("dir", "true"), ("ttl", "1800"));
        await member.V2Async(HttpMethod.Put, "/keys/dir/x", ("value", "1"), ("ttl", "7200"));
        await member.V2Async(HttpMethod.Put, "/keys/dir/sub/y", ("value", "2"));
    }

    /// <summary>What <c>etcdctl backup</c> of API 2 makes; packed as the older tools do.</summary>
    private async Task<string> BackUpAsync(CarriedMember member, bool packed)
    {
        string folder = _folder.File("backup");
        await member.BackUpAsync("3.3", folder);
        if (!packed) return folder;
        string archive = _folder.File("etcd-backup.tar.gz");
        await using var file = new GZipStream(File.Create(archive), CompressionLevel.Fastest);
        await TarFile.CreateFromDirectoryAsync(folder, file, includeBaseDirectory: true, Token);
        return archive;
    }

    private V2ConversionRequest Request(string name) => new() { ExportPath = _folder.File(name + ".jsonl") };

    private static async Task<V2Conversion> ConvertAsync(EtcdCluster cluster, V2ConversionRequest request)
    {
        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), cluster, cluster, request, null);
        await converter.SurveyAsync(Token);
        return await converter.ConvertAsync(Token);
    }

    private static EtcdCluster ClusterOf(CarriedMember member) => new("old", [member.Endpoint]);

    private static async Task<EtcdKeyValue> GetAsync(EtcdCluster cluster, string key)
    {
        EtcdKeyValue? found = await cluster.Client.Kv.GetAsync(key, Token);
        Assert.True(found is not null, $"{key} is missing");
        return found;
    }
}
