using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Security;

public sealed class CredentialPackageTests : IDisposable
{
    private readonly PackageSample _sample = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task WriteAsync_ToFolder_ReadsBackTheSame()
    {
        CredentialPackageInfo info = await _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token);

        CredentialPackage read = await CredentialPackage.ReadAsync(info.Path, null, Token);
        Assert.Equal(_sample.Package.Endpoints, read.Endpoints);
        Assert.Equal(
            (_sample.Package.AuthorityPem, _sample.Package.CertificatePem, _sample.Package.KeyPem),
            (read.AuthorityPem, read.CertificatePem, read.KeyPem));
        Assert.Equal(_sample.ArchivePath, info.Path);
        Assert.Equal("CN=app", info.Subject);
        Assert.Equal(CertificateInfo.FromPem(_sample.Package.CertificatePem).NotAfter, info.NotAfter);
        byte[] bytes = await File.ReadAllBytesAsync(info.Path, Token);
        Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (info.Size, info.Sha256));
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(info.Path));
    }

    [Fact]
    public async Task WriteAsync_Archive_HoldsFolderFilesAndModes()
    {
        await _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token);

        using var tar = new TarReader(new GZipStream(File.OpenRead(_sample.ArchivePath), CompressionMode.Decompress));
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
                ["etcd_credentials/env.systemd"] = AtomicFile.Public,
                ["etcd_credentials/env-v2.sh"] = AtomicFile.Public,
                ["etcd_credentials/env-v2.ps1"] = AtomicFile.Public,
                ["etcd_credentials/env-v2.systemd"] = AtomicFile.Public,
            },
            entries);
    }

    [Fact]
    public async Task WriteAsync_FileExists_RefusedUnlessOverwrite()
    {
        await File.WriteAllTextAsync(_sample.ArchivePath, "mine", Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token));
        string kept = await File.ReadAllTextAsync(_sample.ArchivePath, Token);
        await _sample.Package.WriteAsync("prod", _sample.ArchivePath, overwrite: true, null, Token);

        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal("mine", kept);
        Assert.Equal(3, (await CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token)).Endpoints.Count);
    }

    [Fact]
    public async Task WriteAsync_HttpCluster_ThrowsTlsNotEnabled()
    {
        CredentialPackage plain = _sample.Package with { Endpoints = [new Uri("http://n1:2379")] };

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => plain.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token));

        Assert.Equal(EtcdErrorIds.TlsNotEnabled, error.ErrorId);
        Assert.Empty(Directory.GetFiles(_sample.Folder.Path));
    }

    [Theory]
    [InlineData("https://user@n1:2379")]
    [InlineData("https://n1:2379/path")]
    [InlineData("https://n1:2379?x=1")]
    public async Task WriteAsync_NoClientUrl_ThrowsArgumentException(string endpoint)
    {
        CredentialPackage odd = _sample.Package with { Endpoints = [new Uri(endpoint)] };

        await Assert.ThrowsAsync<ArgumentException>(() => odd.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token));
    }

    [Fact]
    public async Task WriteAsync_KeyOfAnother_ThrowsCertificateInvalid()
    {
        CredentialPackage mixed = _sample.Package with { KeyPem = _sample.Authority.Issue(CertificateSpec.Client()).KeyPem };

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => mixed.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_Unpacked_ReadsFolderOrItsParent(bool parent)
    {
        await _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token);
        await TarFile.ExtractToDirectoryAsync(
            new GZipStream(File.OpenRead(_sample.ArchivePath), CompressionMode.Decompress), _sample.Folder.Path, overwriteFiles: false, Token);

        CredentialPackage read = await CredentialPackage.ReadAsync(
            parent ? _sample.Folder.Path : _sample.Folder.File("etcd_credentials"), null, Token);

        Assert.Equal(_sample.Package.Endpoints, read.Endpoints);
    }

    [Fact]
    public async Task ReadAsync_CharmPackage_HasNoEndpoints()
    {
        _sample.WriteArchive([
            PackageSample.FolderEntry("./etcd_credentials/"),
            .. _sample.Files().Select(file => PackageSample.Plain("./" + file.Name, file.Text)),
        ]);

        CredentialPackage read = await CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token);

        Assert.Empty(read.Endpoints);
        Assert.Equal(_sample.Package.KeyPem, read.KeyPem);
    }

    [Fact]
    public async Task ReadAsync_OnlyPowerShellEnvironment_EndpointsFound()
    {
        const string Text = "$env:ETCDCTL_ENDPOINTS = 'https://a:1,https://b:2'\r\n";
        _sample.WriteArchive([.. _sample.Entries(), PackageSample.Plain("etcd_credentials/env.ps1", Text)]);

        CredentialPackage read = await CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token);

        Assert.Equal([new Uri("https://a:1"), new Uri("https://b:2")], read.Endpoints);
    }

    [Fact]
    public void ToString_Package_HasNoKey() =>
        Assert.Equal("Credentials for https://n1.example:2379/, https://10.0.0.2/, https://[fd00::3]:2379/", _sample.Package.ToString());
}
