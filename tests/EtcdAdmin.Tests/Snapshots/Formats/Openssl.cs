using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>The openssl program of the system, in a folder of its own.</summary>
internal sealed class Openssl(TempFolder folder)
{
    /// <summary>The exit code of <c>openssl cms</c> for a message that it cannot decrypt.</summary>
    public const int CannotDecrypt = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Decrypts with the private key of a certificate.</summary>
    public async Task<(int ExitCode, byte[] Plain)> DecryptAsync(byte[] message, X509Certificate2 certificate)
    {
        await WriteAsync(certificate, "ops");
        return await DecryptAsync(message, "-recip", folder.File("ops.crt"), "-inkey", folder.File("ops.key"));
    }

    /// <summary>Decrypts with a passphrase.</summary>
    public Task<(int ExitCode, byte[] Plain)> DecryptAsync(byte[] message, string passphrase) => DecryptAsync(message, "-pwri_password", passphrase);

    /// <summary>Encrypts for a certificate, in DER.</summary>
    public async Task<byte[]> EncryptAsync(byte[] plain, X509Certificate2 certificate, params string[] options)
    {
        await WriteAsync(certificate, "ops");
        await File.WriteAllBytesAsync(folder.File("plain"), plain, Stop);
        ProcessResult result = await RunAsync(
            ["cms", "-encrypt", "-binary", "-in", folder.File("plain"), "-outform", "DER", "-out", folder.File("message"), "-recip",
                folder.File("ops.crt"), .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        return await File.ReadAllBytesAsync(folder.File("message"), Stop);
    }

    /// <summary>Writes a certificate and its private key as an operator has them.</summary>
    public async Task WriteAsync(X509Certificate2 certificate, string name)
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey();
        await File.WriteAllTextAsync(folder.File(name + ".crt"), certificate.ExportCertificatePem(), Stop);
        await File.WriteAllTextAsync(folder.File(name + ".key"), key!.ExportPkcs8PrivateKeyPem(), Stop); // it has one
    }

    private async Task<(int ExitCode, byte[] Plain)> DecryptAsync(byte[] message, params string[] secret)
    {
        await File.WriteAllBytesAsync(folder.File("message"), message, Stop);
        string output = folder.File("plain");
        File.Delete(output);
        ProcessResult result = await RunAsync(
            ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", folder.File("message"), "-out", output, .. secret]);
        return (result.ExitCode, File.Exists(output) ? await File.ReadAllBytesAsync(output, Stop) : []);
    }

    private static async Task<ProcessResult> RunAsync(string[] arguments)
    {
        try
        {
            return await ProcessRunner.RunAsync(new ProcessCommand("openssl", arguments), Stop);
        }
        catch (EtcdException e) when (Environment.GetEnvironmentVariable("CI") is null or "")
        {
            Assert.Skip($"openssl not found: install it to test what it opens. {e.Message}");
            throw;
        }
    }
}
