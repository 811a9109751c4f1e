using System.Net;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

/// <summary>A root and an intermediate authority in files, as operators have them.</summary>
internal sealed class OwnAuthorities : IDisposable
{
    public OwnAuthorities()
    {
        Root = new TestCertificate(TestCertificate.Root("Example root") with { NotAfter = DateTimeOffset.UtcNow.AddDays(3000) });
        Intermediate = new TestCertificate(
            TestCertificate.Intermediate("Example etcd CA", Root) with { NotAfter = DateTimeOffset.UtcNow.AddDays(2000) });
    }

    public TempFolder Folder { get; } = new();

    public TestCertificate Root { get; }

    public TestCertificate Intermediate { get; }

    /// <summary>The intermediate authority, ready to issue.</summary>
    public CertificateAuthority Load() => CertificateAuthority.Load(Intermediate.Pem + Root.Pem, Intermediate.KeyPem);

    /// <summary>Writes a text, and returns the path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Folder.File(name), text);
        return Folder.File(name);
    }

    /// <summary>Runs openssl, which must succeed, and returns its output.</summary>
    public static async Task<string> OpensslAsync(params string[] arguments)
    {
        try
        {
            ProcessResult result = await ProcessRunner.RunAsync(
                new ProcessCommand("openssl", arguments), TestContext.Current.CancellationToken);
            Assert.True(result.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {result.Output}{result.Error}");
            return result.Output;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.HostCommandFailed)
        {
            Assert.Skip("openssl not found: install it to test with files that it makes.");
            throw;
        }
    }

    /// <summary>A PKCS#12 file with an authority, its key, and further certificates.</summary>
    public async Task<string> Pkcs12Async(string name, TestCertificate authority, string others, string password, params string[] options)
    {
        string certificate = Write(name + ".crt", authority.Pem), key = Write(name + ".key", authority.KeyPem), more = Write(name + ".more", others);
        await OpensslAsync(["pkcs12", "-export", "-in", certificate, "-inkey", key, "-certfile", more, "-passout", $"pass:{password}", "-out",
            Folder.File(name), .. options]);
        return Folder.File(name);
    }

    /// <summary>Signs requests as an authority does that takes over the names of the request but not its usages. The certificate is put beside the
    /// request, with the intermediate authority after it.</summary>
    public async Task SignAsync(IReadOnlyList<EtcdCertificateFile> requests, string usages, string? names = null)
    {
        string ca = Write("sign.crt", Intermediate.Pem), key = Write("sign.key", Intermediate.KeyPem);
        foreach (EtcdCertificateFile request in requests)
        {
            string all = names ?? string.Join(',', request.Names.Select(name => (IPAddress.TryParse(name, out _) ? "IP:" : "DNS:") + name));
            string extensions = Write("sign.cnf",
                $"basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage={usages}\n"
                    + (all.Length > 0 ? $"subjectAltName={all}\n" : ""));
            string leaf = await OpensslAsync(
                "x509", "-req", "-in", request.Path, "-CA", ca, "-CAkey", key, "-CAcreateserial", "-days", "90", "-extfile", extensions);
            await File.WriteAllTextAsync(
                Path.ChangeExtension(request.Path, ".crt"), leaf + Intermediate.Pem, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        Folder.Dispose();
    }
}
