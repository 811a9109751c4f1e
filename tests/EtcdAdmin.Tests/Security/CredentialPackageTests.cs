using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Security;

public sealed class CredentialPackageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("test CA");
    private readonly CredentialPackage _package;

    public CredentialPackageTests()
    {
        IssuedCertificate client = _authority.Issue(CertificateSpec.Client("app"));
        _package = new CredentialPackage
        {
            Endpoints = [new Uri("https://n1.example:2379"), new Uri("https://10.0.0.2:443"), new Uri("https://[fd00::3]:2379")],
            AuthorityPem = _authority.CertificatePem,
            CertificatePem = client.CertificatePem,
            KeyPem = client.KeyPem,
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ArchivePath => _folder[CredentialPackage.DefaultFileName];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WriteAsync_ToFolder_ReadsBackTheSame()
    {
        CredentialPackageInfo info = await _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token);

        CredentialPackage read = await CredentialPackage.ReadAsync(info.Path, null, Token);
        Assert.Equal(_package.Endpoints, read.Endpoints);
        Assert.Equal(
            (_package.AuthorityPem, _package.CertificatePem, _package.KeyPem),
            (read.AuthorityPem, read.CertificatePem, read.KeyPem));
        Assert.Equal(ArchivePath, info.Path);
        Assert.Equal("CN=app", info.Subject);
        Assert.Equal(CertificateInfo.FromPem(_package.CertificatePem).NotAfter, info.NotAfter);
        byte[] bytes = await File.ReadAllBytesAsync(info.Path, Token);
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (info.Size, info.Sha256));
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(info.Path));
    }

    [Fact]
    public async Task WriteAsync_Archive_HoldsFolderFilesAndModes()
    {
        await _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token);

        using var tar = new TarReader(new GZipStream(File.OpenRead(ArchivePath), CompressionMode.Decompress));
        var entries = new Dictionary<string, UnixFileMode>();
        while (await tar.GetNextEntryAsync(copyData: false, Token) is { } entry) entries.Add(entry.Name, entry.Mode);
        Assert.Equal(
            new Dictionary<string, UnixFileMode>
            {
                ["etcd_credentials/"] = AtomicFile.OwnerOnlyFolder,
                ["etcd_credentials/README.txt"] = AtomicFile.Public,
                ["etcd_credentials/ca.crt"] = AtomicFile.Public,
                ["etcd_credentials/client.crt"] = AtomicFile.Public,
                ["etcd_credentials/client.key"] = AtomicFile.OwnerOnly,
                ["etcd_credentials/env.sh"] = AtomicFile.Public,
                ["etcd_credentials/env.ps1"] = AtomicFile.Public,
            },
            entries);
    }

    [Fact]
    public async Task WriteAsync_FileExists_RefusedUnlessOverwrite()
    {
        await File.WriteAllTextAsync(ArchivePath, "mine", Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token));
        string kept = await File.ReadAllTextAsync(ArchivePath, Token);
        await _package.WriteAsync("prod", ArchivePath, overwrite: true, null, Token);

        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal("mine", kept);
        Assert.Equal(3, (await CredentialPackage.ReadAsync(ArchivePath, null, Token)).Endpoints.Count);
    }

    [Fact]
    public async Task WriteAsync_HttpCluster_ThrowsTlsNotEnabled()
    {
        CredentialPackage plain = _package with { Endpoints = [new Uri("http://n1:2379")] };

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => plain.WriteAsync("prod", _folder.Path, overwrite: false, null, Token));

        Assert.Equal(EtcdErrorIds.TlsNotEnabled, error.ErrorId);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("https://user@n1:2379")]
    [InlineData("https://n1:2379/path")]
    [InlineData("https://n1:2379?x=1")]
    public async Task WriteAsync_NoClientUrl_ThrowsArgumentException(string endpoint)
    {
        CredentialPackage odd = _package with { Endpoints = [new Uri(endpoint)] };

        await Assert.ThrowsAsync<ArgumentException>(() => odd.WriteAsync("prod", _folder.Path, overwrite: false, null, Token));
    }

    [Fact]
    public async Task WriteAsync_KeyOfAnother_ThrowsCertificateInvalid()
    {
        CredentialPackage mixed = _package with { KeyPem = _authority.Issue(CertificateSpec.Client()).KeyPem };

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => mixed.WriteAsync("prod", _folder.Path, overwrite: false, null, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_Unpacked_ReadsFolderOrItsParent(bool parent)
    {
        await _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token);
        await TarFile.ExtractToDirectoryAsync(
            new GZipStream(File.OpenRead(ArchivePath), CompressionMode.Decompress), _folder.Path, overwriteFiles: false, Token);

        CredentialPackage read = await CredentialPackage.ReadAsync(
            parent ? _folder.Path : _folder["etcd_credentials"], null, Token);

        Assert.Equal(_package.Endpoints, read.Endpoints);
    }

    [Fact]
    public async Task ReadAsync_CharmPackage_HasNoEndpoints()
    {
        WriteArchive([FolderEntry("./etcd_credentials/"), .. Good().Select(entry => Plain("./" + entry.Name, entry.Text))]);

        CredentialPackage read = await CredentialPackage.ReadAsync(ArchivePath, null, Token);

        Assert.Empty(read.Endpoints);
        Assert.Equal(_package.KeyPem, read.KeyPem);
    }

    [Fact]
    public async Task ReadAsync_OnlyPowerShellEnvironment_EndpointsFound()
    {
        WriteArchive([.. GoodEntries(), Plain("etcd_credentials/env.ps1", "$env:ETCDCTL_ENDPOINTS = 'https://a:1,https://b:2'\r\n")]);

        CredentialPackage read = await CredentialPackage.ReadAsync(ArchivePath, null, Token);

        Assert.Equal([new Uri("https://a:1"), new Uri("https://b:2")], read.Endpoints);
    }

    [Theory]
    [InlineData("http://a:1")]
    [InlineData("a:1")]
    [InlineData("https://a:1,")]
    public async Task ReadAsync_BadEndpoints_Refused(string endpoints)
    {
        WriteArchive([.. GoodEntries(), Plain("etcd_credentials/env.sh", $"export ETCDCTL_ENDPOINTS='{endpoints}'\n")]);

        await AssertRefusedAsync("endpoints");
    }

    [Theory]
    [InlineData("../client.key")]
    [InlineData("/etc/passwd")]
    [InlineData("etcd_credentials/../../x")]
    [InlineData("etcd_credentials\\..\\x")]
    [InlineData("elsewhere/client.key")]
    public async Task ReadAsync_EntryOutsideFolder_Refused(string name)
    {
        WriteArchive([.. GoodEntries(), Plain(name, "x")]);

        await AssertRefusedAsync("outside the folder");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public async Task ReadAsync_EntryIsNoPlainFile_Refused(TarEntryType type)
    {
        var link = new PaxTarEntry(type, "etcd_credentials/ca.crt");
        if (type is not TarEntryType.Fifo) link.LinkName = "/etc/passwd";
        WriteArchive([.. GoodEntries().Skip(1), link]);

        await AssertRefusedAsync("no plain file");
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("client.crt")]
    [InlineData("client.key")]
    public async Task ReadAsync_FileMissing_Refused(string name)
    {
        WriteArchive(GoodEntries().Where(entry => !entry.Name.EndsWith(name, StringComparison.Ordinal)));

        await AssertRefusedAsync($"it holds no {name}");
    }

    [Fact]
    public async Task ReadAsync_FileTwice_Refused()
    {
        WriteArchive([.. GoodEntries(), GoodEntries().Last()]);

        await AssertRefusedAsync("twice");
    }

    [Fact]
    public async Task ReadAsync_HugeFile_Refused()
    {
        WriteArchive([Plain("etcd_credentials/ca.crt", new string('x', 300 << 10)), .. GoodEntries().Skip(1)]);

        await AssertRefusedAsync("larger than 256 KiB");
    }

    [Fact]
    public async Task ReadAsync_Bomb_RefusedBeforeItIsUnpacked()
    {
        WriteArchive([.. GoodEntries(), Plain("etcd_credentials/other", new string('0', 32 << 20))]);
        byte[] bomb = await File.ReadAllBytesAsync(ArchivePath, Token);
        await File.WriteAllBytesAsync(ArchivePath, bomb[..(bomb.Length / 2)], Token); // who reads on finds it damaged, not large

        await AssertRefusedAsync("more than 4 MiB");
    }

    [Fact]
    public async Task ReadAsync_KeyOfAnother_ThrowsCertificateInvalid()
    {
        WriteArchive([.. GoodEntries().SkipLast(1), Plain("etcd_credentials/client.key", _authority.ExportKeyPem())]);

        var error = await Assert.ThrowsAsync<EtcdException>(() => CredentialPackage.ReadAsync(ArchivePath, null, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains(ArchivePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_Expired_ThrowsCertificateInvalid()
    {
        CredentialPackageInfo info = await _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => CredentialPackage.ReadAsync(info.Path, new FixedClock(info.NotAfter.AddDays(1)), Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_Missing_Refused() => await AssertRefusedAsync("cannot be read");

    [Fact]
    public async Task ReadAsync_CutOrFlippedAnywhere_ThrowsOnlyEtcdException()
    {
        await _package.WriteAsync("prod", _folder.Path, overwrite: false, null, Token);
        byte[] good = await File.ReadAllBytesAsync(ArchivePath, Token);
        var random = new Random(7);
        int refused = 0;

        for (int round = 0; round < 300; round++)
        {
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            if (round % 3 == 0) bad = bad[..random.Next(bad.Length)];
            await File.WriteAllBytesAsync(ArchivePath, bad, Token);
            Exception? error = await Record.ExceptionAsync(() => CredentialPackage.ReadAsync(ArchivePath, null, Token));
            if (error is not null) refused++;
            Assert.True(error is null or EtcdException, $"round {round}: {error}");
        }

        Assert.InRange(refused, 250, 300); // a flipped bit in the gzip header's time stamp, for one, is harmless
    }

    [Fact]
    public async Task ReadAsync_UncompressedTarDamaged_ThrowsOnlyEtcdException()
    {
        var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in GoodEntries()) await tar.WriteEntryAsync(entry, Token);
        }

        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = plain.ToArray();
            bad[random.Next(3 * 512)] = (byte)random.Next(256);
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            using (var gzip = new GZipStream(File.Create(ArchivePath), CompressionLevel.Fastest)) gzip.Write(bad);
            Exception? error = await Record.ExceptionAsync(() => CredentialPackage.ReadAsync(ArchivePath, null, Token));
            Assert.True(error is null or EtcdException, $"round {round}: {error}");
        }
    }

    [Fact]
    public void ToString_Package_HasNoKey() =>
        Assert.Equal("Credentials for https://n1.example:2379/, https://10.0.0.2/, https://[fd00::3]:2379/", _package.ToString());

    private async Task AssertRefusedAsync(string reason)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => CredentialPackage.ReadAsync(ArchivePath, null, Token));
        Assert.Equal(EtcdErrorIds.CredentialPackageInvalid, error.ErrorId);
        Assert.Equal(ArchivePath, error.Target);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private IEnumerable<(string Name, string Text)> Good() =>
    [
        ("etcd_credentials/ca.crt", _package.AuthorityPem),
        ("etcd_credentials/client.crt", _package.CertificatePem),
        ("etcd_credentials/client.key", _package.KeyPem),
    ];

    private IEnumerable<TarEntry> GoodEntries() => Good().Select(entry => Plain(entry.Name, entry.Text));

    private static PaxTarEntry FolderEntry(string name) => new(TarEntryType.Directory, name);

    private static PaxTarEntry Plain(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private void WriteArchive(IEnumerable<TarEntry> entries)
    {
        using var tar = new TarWriter(new GZipStream(File.Create(ArchivePath), CompressionLevel.Fastest), TarEntryFormat.Pax);
        foreach (TarEntry entry in entries) tar.WriteEntry(entry);
    }
}
