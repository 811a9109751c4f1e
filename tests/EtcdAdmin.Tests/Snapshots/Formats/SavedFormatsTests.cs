using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Snapshots saved from real servers in every format, opened again by EtcdAdmin and by common tools.</summary>
public sealed class SavedFormatsTests(FilledMember member) : IClassFixture<FilledMember>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task SaveAsync_EveryForm_IsReadAgainWithAllThatWasNoted(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        var cluster = new EtcdCluster("forms", [new Uri(server.Url(0))]);
        for (int i = 0; i < 300; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", new string('v', 5_000), cancellationToken: Stop);
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve();
        SnapshotRecipients everybody = new() { Passphrase = "sesame", Certificates = [rsa, curve] };
        SnapshotSecrets[] openers = [new() { Passphrase = "sesame" }, new() { Certificates = [rsa] }, new() { Certificates = [curve] }];

        int next = 0;
        foreach (SnapshotCompression compression in new[]
        {
            SnapshotCompression.None, SnapshotCompression.Gzip, SnapshotCompression.Zip, SnapshotCompression.TarGz
        })
        {
            foreach (SnapshotEncryption? encryption in new SnapshotEncryption?[] { SnapshotEncryption.None, null, SnapshotEncryption.Container })
            {
                var request = new SaveSnapshotRequest
                {
                    Destination = _folder.Path,
                    Compression = compression,
                    Recipients = encryption == SnapshotEncryption.None ? null : everybody,
                    Encryption = encryption,
                };
                EtcdSnapshot saved = await new SnapshotSaver(member.Context).SaveAsync(cluster, request, null, Stop);

                Assert.Equal(new SnapshotFormat(compression, encryption ?? SnapshotEncryption.Cms), saved.Format);
                Assert.EndsWith(saved.Format.Extension, saved.Path, StringComparison.Ordinal);
                Assert.Equal(await Sha256Async(saved.Path), saved.Sha256);
                Assert.Equal(new FileInfo(saved.Path).Length, saved.Size);
                Assert.True(saved is { TrailerValid: true, TotalKeys: 300, ClusterName: "forms" });
                Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(saved.Path));
                EtcdSnapshot read = await SnapshotCatalogue.ReadAsync(saved.Path, openers[next++ % openers.Length], null, Stop);
                // The contents of the lists are compared.
                Assert.Equal(saved with { Members = read.Members, RemovedMembers = read.RemovedMembers, Alarms = read.Alarms }, read);
                Assert.Equal(saved.Members.Select(found => found.Id), read.Members.Select(found => found.Id));
                await using OpenSnapshot open = await SnapshotOpener.OpenAsync(saved.Path, openers[0], null, Stop);
                ToolStatus status = await new SnapshotEtcd(server).StatusAsync(open.DatabasePath, Stop);
                Assert.Equal((status.Hash, status.Revision), (read.Hash, read.Revision));
            }
        }

        // Twelve snapshots with their manifests, and no leftover of a plain copy.
        Assert.Equal(24, Directory.GetFileSystemEntries(_folder.Path).Length);
        Assert.Equal(12, SnapshotCatalogue.Find(_folder.Path).Count);
    }

    [Fact]
    public async Task SaveAsync_TarGzAndGzip_AreWhatOtherToolsReadThem()
    {
        EtcdCluster cluster = await member.GetAsync();
        EtcdSnapshot tar = await SaveAsync(cluster, SnapshotCompression.TarGz);
        EtcdSnapshot gzip = await SaveAsync(cluster, SnapshotCompression.Gzip);

        string listing = await RunAsync("tar", "-tzf", tar.Path);
        await RunAsync("tar", "-xzf", tar.Path, "-C", _folder.Path);
        await RunAsync("gzip", "-dk", gzip.Path);

        string name = Path.GetFileName(tar.Path).Replace(".tar.gz", "", StringComparison.Ordinal);
        Assert.Matches(@"^etcd-snapshot-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d$", name);
        Assert.Equal(name + "/db\n", listing);
        Assert.Equal(tar.DatabaseSha256, await Sha256Async(_folder.File(name + "/db")));
        Assert.Equal(gzip.DatabaseSha256, await Sha256Async(gzip.Path[..^3]));
        Assert.True(tar.Size < tar.DatabaseSize / 10); // all values are equal
    }

    [Theory]
    [InlineData(SnapshotCompression.None)]
    [InlineData(SnapshotCompression.Gzip)]
    [InlineData(SnapshotCompression.Zip)]
    [InlineData(SnapshotCompression.TarGz)]
    public async Task SaveAsync_EncryptedAndCancelled_LeavesNothing(SnapshotCompression compression)
    {
        EtcdCluster cluster = await member.GetAsync();
        foreach (string when in new[] { "MB/s", "Checking" })
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var trigger = new EventTrigger(e => e is ProgressEvent progress && progress.Status.Contains(when, StringComparison.Ordinal), stop.Cancel);
            var request = new SaveSnapshotRequest
            {
                Destination = _folder.Path,
                Compression = compression,
                Recipients = new() { Passphrase = "sesame" },
            };

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                new SnapshotSaver(member.Context).SaveAsync(cluster, request, trigger, stop.Token));

            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    [Fact]
    public async Task SaveAsync_ManyAtOnceIntoOneFolder_GetNamesOfTheirOwn()
    {
        EtcdCluster cluster = await member.GetAsync();

        EtcdSnapshot[] saved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SaveAsync(cluster, SnapshotCompression.None)));

        Assert.Equal(4, saved.Select(snapshot => snapshot.Path).Distinct(StringComparer.Ordinal).Count());
        foreach (EtcdSnapshot snapshot in saved) Assert.Equal(snapshot.Sha256, await Sha256Async(snapshot.Path));
    }

    [Fact]
    public async Task SaveAsync_RestOfASaveThatWasKilled_IsWrittenOver()
    {
        EtcdCluster cluster = await member.GetAsync();
        string path = _folder.File("mine.db");
        await File.WriteAllTextAsync(path + ".part", "half", Stop);
        File.SetLastWriteTimeUtc(path + ".part", DateTime.UtcNow.AddMinutes(-11));

        EtcdSnapshot saved = await new SnapshotSaver(member.Context).SaveAsync(cluster, new SaveSnapshotRequest { Destination = path }, null, Stop);

        Assert.Equal(path, saved.Path);
        Assert.False(File.Exists(path + ".part"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SaveAsync_Packed_IsUnpackedBesideItOnlyIfItIsNotEncrypted(bool isEncrypted)
    {
        EtcdCluster cluster = await member.GetAsync();
        var made = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var watcher = new FileSystemWatcher(_folder.Path) { EnableRaisingEvents = true };
        watcher.Created += (_, change) => made.Add(change.Name ?? "");
        var request = new SaveSnapshotRequest
        {
            Destination = _folder.File("x.db.gz" + (isEncrypted ? ".enc" : "")),
            Compression = SnapshotCompression.Gzip,
            Recipients = isEncrypted ? new SnapshotRecipients { Passphrase = "sesame" } : null,
        };

        await new SnapshotSaver(member.Context).SaveAsync(cluster, request, null, Stop);
        await File.WriteAllTextAsync(_folder.File("end"), "", Stop);
        await Poll.UntilAsync(() => made.Contains("end"), Stop);

        Assert.Equal(!isEncrypted, made.Any(name => name.StartsWith("etcdadmin-unpacked-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("x.db", SnapshotCompression.Gzip, false)]
    [InlineData("x.tar.gz", SnapshotCompression.Gzip, false)]
    [InlineData("x.db.gz", SnapshotCompression.TarGz, false)]
    [InlineData("x.db", SnapshotCompression.None, true)]
    [InlineData("x.snap", SnapshotCompression.None, false)]
    [InlineData("x.BAK", SnapshotCompression.Gzip, false)]
    [InlineData("x.db.enc", SnapshotCompression.None, false)]
    public async Task SaveAsync_NameOfAnotherForm_IsRefused(string name, SnapshotCompression compression, bool isEncrypted)
    {
        EtcdCluster cluster = await member.GetAsync();
        var request = new SaveSnapshotRequest
        {
            Destination = _folder.File(name),
            Compression = compression,
            Recipients = isEncrypted ? new SnapshotRecipients { Passphrase = "sesame" } : null,
        };

        EtcdException error =
            await Assert.ThrowsAnyAsync<EtcdException>(() => new SnapshotSaver(member.Context).SaveAsync(cluster, request, null, Stop));

        Assert.Equal(EtcdErrorIds.InvalidArgument, error.ErrorId);
        Assert.Contains(request.FormatFor(0).Extension, error.NextStep, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private Task<EtcdSnapshot> SaveAsync(EtcdCluster cluster, SnapshotCompression compression) =>
        new SnapshotSaver(member.Context).SaveAsync(cluster, new SaveSnapshotRequest
        {
            Destination = _folder.Path,
            Compression = compression,
        }, null, Stop);

    private static async Task<string> Sha256Async(string path) => Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Stop)));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(program, arguments), Stop);
        Assert.True(result.ExitCode == 0, $"{program}: {result.Error}");
        return result.Output;
    }
}
