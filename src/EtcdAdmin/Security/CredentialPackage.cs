using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>Everything that a client needs to use a cluster with TLS; distributed as <c>etcd_credentials.tar.gz</c>.</summary>
/// <remarks><see cref="ToString"/> does not print the key.</remarks>
public sealed record CredentialPackage
{
    /// <summary>The default name of the archive.</summary>
    public const string DefaultFileName = CredentialFiles.Folder + ".tar.gz";

    /// <summary>The client URLs, https; empty for packages of other tools, which do not contain them: then the caller must know them.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>The authority that verifies the members' certificates; may be several certificates.</summary>
    public required string AuthorityPem { get; init; }

    /// <summary>The client's certificate.</summary>
    public required string CertificatePem { get; init; }

    /// <summary>The client's private key, not encrypted.</summary>
    public required string KeyPem { get; init; }

    /// <summary>Reads a package and checks that its content can be used.</summary>
    /// <param name="path">The archive, the folder <c>etcd_credentials</c> unpacked from it, or the parent of that folder.</param>
    /// <param name="clock">The clock for the expiry check; null means the system clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CredentialPackageInvalid: missing, damaged, incomplete, or with entries that no valid package has.
    /// CertificateInvalid: the certificate has expired, cannot be read, or does not match the key.</exception>
    public static async Task<CredentialPackage> ReadAsync(string path, TimeProvider? clock, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IReadOnlyDictionary<string, string> files = await ReadFilesAsync(path, cancellationToken).ConfigureAwait(false);
        var package = new CredentialPackage
        {
            Endpoints = EndpointsOf(files, path),
            AuthorityPem = Require(files, CredentialFiles.Authority, path),
            CertificatePem = Require(files, CredentialFiles.Certificate, path),
            KeyPem = Require(files, CredentialFiles.Key, path),
        };
        package.Check(path, clock);
        return package;
    }

    /// <summary>Writes the archive atomically, with the mode 0600.</summary>
    /// <param name="clusterName">For the README.</param>
    /// <param name="destination">A folder, in which <see cref="DefaultFileName"/> is written, or a file path in an existing folder.</param>
    /// <param name="overwrite">True replaces an existing file.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <param name="cancellationToken">A cancelled write leaves no file.</param>
    /// <exception cref="ArgumentException">No endpoints, or one that is not a client URL.</exception>
    /// <exception cref="EtcdException">TlsNotEnabled: an endpoint is http. FileExists, DiskFull, FileWriteFailed. CertificateInvalid as in <see
    /// cref="ReadAsync"/>.</exception>
    public async Task<CredentialPackageInfo> WriteAsync(
        string clusterName, string destination, bool overwrite, TimeProvider? clock, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(clusterName);
        return await SaveAsync(destination, DefaultFileName, overwrite, clock, Make, cancellationToken).ConfigureAwait(false);

        byte[] Make(string path, CertificateInfo client)
        {
            string endpoints = EndpointList.Format(Endpoints);
            var files = new Dictionary<string, string>(CredentialEnvironments.All(endpoints), StringComparer.Ordinal)
            {
                [CredentialFiles.Readme] = CredentialTexts.Readme(clusterName, endpoints, Path.GetFileName(path), client),
                [CredentialFiles.Authority] = AuthorityPem,
                [CredentialFiles.Certificate] = CertificatePem,
                [CredentialFiles.Key] = KeyPem,
            };
            return CredentialArchive.Pack(files, (clock ?? TimeProvider.System).GetUtcNow());
        }
    }

    /// <summary>Writes a PKCS#12 file.</summary>
    /// <param name="destination">A folder, in which <c>etcd_credentials.p12</c> is written, or a file path in an existing folder.</param>
    /// <param name="password">Not empty.</param>
    /// <param name="encryption">The algorithms of the file.</param>
    /// <param name="overwrite">True replaces an existing file.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <param name="cancellationToken">A cancelled write leaves no file.</param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    internal Task<CredentialPackageInfo> WritePkcs12Async(
        string destination, string password, Pkcs12Encryption encryption, bool overwrite, TimeProvider? clock, CancellationToken cancellationToken) =>
        SaveAsync(
            destination, CredentialFiles.Folder + ".p12", overwrite, clock,
            (_, _) => Pkcs12File.Make(CertificatePem, KeyPem, AuthorityPem, password, encryption), cancellationToken);

    /// <summary>Writes the manifest of a Kubernetes secret.</summary>
    /// <param name="destination">A folder, in which <c>etcd_credentials.yaml</c> is written, or a file path in an existing folder.</param>
    /// <param name="secret">Its name.</param>
    /// <param name="overwrite">True replaces an existing file.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <param name="cancellationToken">A cancelled write leaves no file.</param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    internal Task<CredentialPackageInfo> WriteSecretAsync(
        string destination, KubernetesSecret secret, bool overwrite, TimeProvider? clock, CancellationToken cancellationToken) =>
        SaveAsync(
            destination, CredentialFiles.Folder + ".yaml", overwrite, clock,
            (_, _) => Encoding.UTF8.GetBytes(secret.Render(AuthorityPem, CertificatePem, KeyPem, EndpointList.Format(Endpoints))), cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => $"Credentials for {string.Join(", ", Endpoints)}";

    private async Task<CredentialPackageInfo> SaveAsync(
        string destination, string defaultName, bool overwrite, TimeProvider? clock, Func<string, CertificateInfo, byte[]> make,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        string path = Path.GetFullPath(Directory.Exists(destination) ? Path.Combine(destination, defaultName) : destination);
        EndpointList.Format(Endpoints);
        CertificateInfo client = Check("credential package", clock);
        byte[] content = make(path, client);
        await (overwrite
            ? AtomicFile.WriteAsync(path, content, AtomicFile.OwnerOnly, cancellationToken)
            : AtomicFile.WriteNewAsync(path, content, AtomicFile.OwnerOnly, cancellationToken)).ConfigureAwait(false);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        return new CredentialPackageInfo(path, sha256, content.Length, client.Subject, client.NotAfter, Endpoints);
    }

    private CertificateInfo Check(string source, TimeProvider? clock)
    {
        CertificateInfo.FromPem(AuthorityPem, $"{CredentialFiles.Authority} of {source}");
        string client = $"{CredentialFiles.Certificate} of {source}";
        CertificateCheck.KeyMatches(CertificatePem, KeyPem, client, $"{CredentialFiles.Key} of {source}");
        CertificateInfo certificate = CertificateInfo.FromPem(CertificatePem, client);
        CertificateCheck.IsValidNow(certificate, client, clock);
        return certificate;
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadFilesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Directory.Exists(path)
                ? await ReadFolderAsync(path, cancellationToken).ConfigureAwait(false)
                : await CredentialArchive.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CredentialFiles.Invalid(path, $"it cannot be read ({e.Message.TrimEnd('.')})", e,
                "Check the path, and that this user may read the file. If the package is lost, make a new one with Export-EtcdCredential.");
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadFolderAsync(string path, CancellationToken cancellationToken)
    {
        string inside = Path.Combine(path, CredentialFiles.Folder);
        string folder = Directory.Exists(inside) ? inside : path;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in CredentialFiles.Read)
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists) continue;
            if (file.Length > CredentialFiles.MaxFileSize) throw CredentialFiles.Invalid(path, $"its file {name} is larger than 256 KiB");
            files[name] = await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        }

        return files;
    }

    private static IReadOnlyList<Uri> EndpointsOf(IReadOnlyDictionary<string, string> files, string path)
    {
        try
        {
            return FromEnvironmentFile(CredentialFiles.ShellEnvironment)
                ?? FromEnvironmentFile(CredentialFiles.PowerShellEnvironment) ?? [];
        }
        catch (FormatException e)
        {
            throw CredentialFiles.Invalid(path, $"its endpoints cannot be read: {e.Message}", e);
        }

        IReadOnlyList<Uri>? FromEnvironmentFile(string name) =>
            files.TryGetValue(name, out string? text) ? EndpointList.FromEnvironmentFile(text) : null;
    }

    private static string Require(IReadOnlyDictionary<string, string> files, string name, string path) =>
        files.TryGetValue(name, out string? text) ? text : throw CredentialFiles.Invalid(path, $"the file {name} is missing");
}
