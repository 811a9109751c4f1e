using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Pwsh;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

/// <summary>What a package promises, kept with the real etcdctl against real members.</summary>
public sealed class CredentialPackageEtcdTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("test CA");

    public static TheoryData<string, int> Clusters => new() { { "3.3", 1 }, { "3.4", 1 }, { "3.5", 3 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    [Etcd36Data("3.6", 3)]
    public async Task Readme_ShellCommandsFollowedToTheLetter_Work(string version, int size)
    {
        await using EtcdServer cluster = await StartAsync(version, size);
        string home = await ExportAsync(cluster, CredentialPackage.DefaultFileName);
        string commands = await CommandsAsync(home, "Linux and macOS, in a shell:");

        ProcessResult result = await RunAsync(cluster, home, "sh", "-ec", commands);

        AssertListedAndHealthy(result, cluster);
        Assert.StartsWith("tar -xzf etcd_credentials.tar.gz\ncd etcd_credentials\n", commands, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readme_ArchiveWithOddName_CommandsStillWork()
    {
        await using EtcdServer cluster = await StartAsync("3.5", 1);
        string home = await ExportAsync(cluster, "-prod: it's here.tgz");

        ProcessResult shell = await RunAsync(cluster, home, "sh", "-ec", await CommandsAsync(home, "Linux and macOS, in a shell:"));

        AssertListedAndHealthy(shell, cluster);
    }

    [Theory]
    [InlineData(CredentialPackage.DefaultFileName)]
    [InlineData("prod it's here.tgz")]
    public async Task Readme_PowerShellCommandsFollowedToTheLetter_Work(string archive)
    {
        await using EtcdServer cluster = await StartAsync("3.5", 1);
        string home = await ExportAsync(cluster, archive);
        string commands = await CommandsAsync(home, "PowerShell 7 on any system:");

        IReadOnlyList<string> line = PowerShellProgram.Current.CommandLine("-NoProfile", "-NonInteractive", "-Command",
            "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true\n" + commands);
        ProcessResult result = await RunAsync(cluster, home, line[0], [.. line.Skip(1)]);

        AssertListedAndHealthy(result, cluster);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task V2Environment_ShellAndPowerShell_V2CommandsWork(string version)
    {
        await using EtcdServer cluster = await EtcdServer.StartAsync(
            version, new EtcdServerOptions { Authority = _authority, Arguments = ["--enable-v2"] });
        string home = await ExportAsync(cluster, CredentialPackage.DefaultFileName);
        await UnpackAsync(home);
        IReadOnlyList<string> line = PowerShellProgram.Current.CommandLine("-NoProfile", "-NonInteractive", "-Command",
            ". ./etcd_credentials/env-v2.ps1; etcdctl ls /app");

        ProcessResult shell = await RunAsync(
            cluster, Path.Combine(home, "etcd_credentials"), "sh", "-ec", ". ./env-v2.sh; etcdctl cluster-health; etcdctl set /app/k v");
        ProcessResult powerShell = await RunAsync(cluster, home, line[0], [.. line.Skip(1)]);

        Assert.True(shell.ExitCode == 0, shell.Output + shell.Error + cluster.Log);
        Assert.Contains("cluster is healthy", shell.Output, StringComparison.Ordinal);
        Assert.Equal(("/app/k", ""), (powerShell.Output.Trim(), powerShell.Error));
    }

    [Fact]
    public async Task ShellEnvironment_SourcedFromElsewhereInBash_FindsItsFolder()
    {
        await using EtcdServer cluster = await StartAsync("3.5", 1);
        string home = await ExportAsync(cluster, CredentialPackage.DefaultFileName);
        await UnpackAsync(home);

        ProcessResult result = await RunAsync(
            cluster, "/", "bash", "-euc", $". \"{home}/etcd_credentials/env.sh\"; etcdctl member list; etcdctl endpoint health");

        AssertListedAndHealthy(result, cluster);
    }

    [Fact]
    public async Task ShellEnvironment_SourcedFromElsewhereInSh_SaysWhatToDo()
    {
        await using EtcdServer cluster = await StartAsync("3.5", 1);
        string home = await ExportAsync(cluster, CredentialPackage.DefaultFileName);
        await UnpackAsync(home);

        ProcessResult result = await RunAsync(cluster, home, "dash", "-c", ". ./etcd_credentials/env.sh; echo $?; env");

        Assert.StartsWith("1\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ETCDCTL_", result.Output, StringComparison.Ordinal);
        Assert.Contains("change to the folder of env.sh first", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_OfAnotherAuthority_MembersRefuseIt()
    {
        await using EtcdServer cluster = await StartAsync("3.5", 1);
        using var stranger = CertificateAuthority.Create("test CA");
        string home = await ExportAsync(cluster, CredentialPackage.DefaultFileName, stranger);

        ProcessResult result = await RunAsync(cluster, home, "sh", "-ec", await CommandsAsync(home, "Linux and macOS, in a shell:"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("certificate", cluster.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.3", "v3beta")]
    [InlineData("3.4", "v3")]
    [InlineData("3.5", "v3")]
    [Etcd36Data("3.6", "v3")]
    public async Task ServerCertificate_GatewayDialsItsOwnMember_IsAccepted(string version, string api)
    {
        await using EtcdServer cluster = await StartAsync(version, 1);
        using HttpClient http = CreateHttpClient();

        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            new Uri(cluster.Endpoints[0], $"/{api}/kv/range"), new { key = "YQ==" }, Token);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token) + cluster.Log);
        Assert.DoesNotContain("incompatible key usage", cluster.Log, StringComparison.Ordinal);
    }

    private Task<EtcdServer> StartAsync(string version, int size) =>
        EtcdServer.StartAsync(version, new EtcdServerOptions { Members = size, Authority = _authority });

    /// <summary>A client that trusts the authority alone and shows a certificate of its.</summary>
    private HttpClient CreateHttpClient()
    {
        EtcdTls tls = _authority.ClientTls();
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(tls.CertificateAuthorities);
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, ClientCertificates = [tls.ClientCertificate!] };
        return new HttpClient(new SocketsHttpHandler { SslOptions = options }) { Timeout = TimeSpan.FromSeconds(10) };
    }

    private static void AssertListedAndHealthy(ProcessResult result, EtcdServer cluster)
    {
        string all = result.Output + result.Error;
        Assert.True(result.ExitCode == 0, $"{all}\nThe members said:\n{cluster.Log}");
        foreach (Uri endpoint in cluster.Endpoints)
        {
            string url = endpoint.GetLeftPart(UriPartial.Authority);
            Assert.Contains($"{url} is healthy", all, StringComparison.Ordinal);
            Assert.Contains($", {url}", result.Output, StringComparison.Ordinal); // client URL, in the member list
        }

        Assert.Equal(cluster.Endpoints.Count, result.Output.Split(", started, ").Length - 1);
        Assert.DoesNotMatch("unrecognized environment(?!.*ETCDCTL_API)", all); // that one 3.6 does not know any more, as the file says
    }

    /// <summary>Makes a package in a folder of its own, as somebody has who got it by mail.</summary>
    private async Task<string> ExportAsync(EtcdServer cluster, string archive, CertificateAuthority? issuer = null)
    {
        string home = Directory.CreateDirectory(_folder.File("somebody's home")).FullName;
        IssuedCertificate client = (issuer ?? _authority).Issue(CertificateSpec.Client());
        var package = new CredentialPackage
        {
            Endpoints = cluster.Endpoints,
            AuthorityPem = _authority.CertificatePem,
            CertificatePem = client.CertificatePem,
            KeyPem = client.KeyPem,
        };
        await package.WriteAsync("demo", Path.Combine(home, archive), overwrite: false, null, Token);
        return home;
    }

    /// <summary>The indented lines under a heading of the README in the only archive of a folder.</summary>
    private static async Task<string> CommandsAsync(string home, string heading)
    {
        string archive = Assert.Single(Directory.GetFiles(home));
        await using FileStream content = File.OpenRead(archive);
        ProcessResult readme = await ProcessRunner.RunAsync(
            new ProcessCommand("tar", ["-xzOf", "-", "etcd_credentials/README.txt"]) { StandardInput = content }, Token);
        Assert.Equal(0, readme.ExitCode);
        return string.Join('\n', readme.Output.Split('\n')
            .SkipWhile(line => line != heading).Skip(1)
            .TakeWhile(line => line.Length == 0 || line.StartsWith("    ", StringComparison.Ordinal))
            .Where(line => line.Length > 0)
            .Select(line => line[4..]));
    }

    private static async Task UnpackAsync(string home)
    {
        ProcessResult tar = await ProcessRunner.RunAsync(
            new ProcessCommand("tar", ["-xzf", CredentialPackage.DefaultFileName]) { WorkingDirectory = home }, Token);
        Assert.Equal(0, tar.ExitCode);
    }

    private static async Task<ProcessResult> RunAsync(EtcdServer cluster, string folder, string shell, params string[] arguments)
    {
        var command = new ProcessCommand(shell, arguments)
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?>
            {
                ["PATH"] = cluster.Binaries.Folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
            },
        };
        try
        {
            return await ProcessRunner.RunAsync(command, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.HostCommandFailed)
        {
            Assert.Skip($"{shell} not found: install it to test what the package has for it.");
            throw;
        }
    }
}
