using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>The documented commands restore an encrypted snapshot without EtcdAdmin; EtcdAdmin restores both encryptions.</summary>
public sealed class WithoutEtcdAdminTests : IAsyncDisposable
{
    private const string Passphrase = "open, 'sesame'";

    private readonly TempFolder _folder = new();
    private readonly LocalLab _lab = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task Documentation_LinesForOpenssl_RestoreAnEncryptedSnapshot(string version)
    {
        string[] lines = Lines();
        using X509Certificate2 certificate = TestCertificates.Rsa();
        await new Openssl(_folder).WriteAsync(certificate, "ops");
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        using EtcdClient client = server.Connect();
        for (int i = 0; i < 50; i++) await client.Kv.PutAsync($"/k/{i}", $"value {i}", cancellationToken: Stop);
        EtcdSnapshot saved = await new SnapshotSaver(_lab.Context).SaveAsync(
            new EtcdCluster("prod", [new Uri(server.Url(0))]),
            new SaveSnapshotRequest
            {
                Destination = _folder.File("etcd-snapshot-2026-01-31-04.00.00.db.enc"),
                Recipients = new SnapshotRecipients { Passphrase = Passphrase, Certificates = [certificate] },
            },
            null, Stop);
        await client.Kv.PutAsync("/k/later", "not in the snapshot", cancellationToken: Stop);

        await RunAsync(lines[0], server.Binaries); // with the certificate
        byte[] byCertificate = await File.ReadAllBytesAsync(_folder.File("snapshot.db"), Stop);
        File.Delete(_folder.File("snapshot.db"));
        await RunAsync(lines[1], server.Binaries); // with the passphrase
        byte[] byPassphrase = await File.ReadAllBytesAsync(_folder.File("snapshot.db"), Stop);
        await RunAsync(lines[2], server.Binaries); // etcdutl
        await server.StopAsync();
        Directory.Delete(server.DataDirectory(0), recursive: true);
        Directory.Move(_folder.File("restored"), server.DataDirectory(0));
        await server.RestartAsync(0);

        Assert.Equal(SnapshotEncryption.Cms, saved.Format.Encryption);
        Assert.Equal(byCertificate, byPassphrase);
        Assert.Equal(saved.DatabaseSha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(byCertificate)));
        Assert.Equal(50, await client.Kv.CountAsync(KeyRange.Prefix("/k/"), cancellationToken: Stop));
    }

    [Theory]
    [InlineData(SnapshotEncryption.Cms)]
    [InlineData(SnapshotEncryption.Container)]
    public async Task RestoreAsync_EitherEncryption_IsRestored(SnapshotEncryption encryption)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Stop);
        var request = new SaveSnapshotRequest
        {
            Destination = _folder.Path,
            Compression = SnapshotCompression.Gzip,
            Recipients = new SnapshotRecipients { Passphrase = Passphrase },
            Encryption = encryption,
        };
        EtcdSnapshot saved = await new SnapshotSaver(_lab.Context).SaveAsync(cluster, request, null, Stop);
        await cluster.Client.Kv.PutAsync("/k/later", "not in the snapshot", cancellationToken: Stop);

        await using RestoreSource source = await RestoreSource.OpenAsync(
            saved.Path, cluster, new SnapshotSecrets { Passphrase = Passphrase }, skipHashCheck: false, null, Stop);
        Operation<EtcdRestore> restoring = await new SnapshotRestorer(_lab.Context).PlanAsync(cluster, source, new RestoreRequest(), Stop);
        EtcdRestore restore = await LocalLab.RunAsync(restoring);

        Assert.Equal(encryption, source.Snapshot.Format.Encryption);
        Assert.Equal(20, await restore.Cluster.Client.Kv.CountAsync(KeyRange.Prefix("/k/"), cancellationToken: Stop));
    }

    /// <summary>The shell block below the heading "Without EtcdAdmin" in docs/snapshots.md.</summary>
    private static string[] Lines()
    {
        string document = File.ReadAllText(Repository.PathOf("docs", "snapshots.md"));
        string section = document.Split("### Without EtcdAdmin\n")[1];
        string[] lines = section.Split("```sh\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        return lines;
    }

    private async Task RunAsync(string line, EtcdBinaries binaries)
    {
        var command = new ProcessCommand("sh", ["-c", line])
        {
            WorkingDirectory = _folder.Path,
            Environment = new Dictionary<string, string?>
            {
                ["PATH"] = binaries.Folder + ":" + Environment.GetEnvironmentVariable("PATH"),
                ["passphrase"] = Passphrase,
            },
        };
        ProcessResult result = await ProcessRunner.RunAsync(command, Stop);
        Assert.True(result.ExitCode == 0, $"{line}: {result.Error}");
    }
}
