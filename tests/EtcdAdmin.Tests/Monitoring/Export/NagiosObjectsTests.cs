using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Monitoring.Export;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.Export;

/// <summary>The objects for Nagios, by Nagios's own check, and for Icinga.</summary>
public sealed class NagiosObjectsTests : IDisposable
{
    private static readonly MonitoredCluster[] Clusters =
    [
        new("prod", [("n1", new Uri("https://10.0.0.1:2379")), ("n2", new Uri("https://[fd00::2]:12379"))]),
        new("127.0.0.1:2379", [("odd; \"name\"", new Uri("http://127.0.0.1:2379"))]),
    ];

    // What comes with Nagios and its plugins.
    private const string Given =
        """
        define command {
            command_name check_tcp
            command_line /usr/lib/nagios/plugins/check_tcp -H $HOSTADDRESS$ -p $ARG1$
        }
        define timeperiod {
            timeperiod_name 24x7
            alias always
            sunday 00:00-24:00
        }
        define contact {
            contact_name root
            host_notification_commands check_tcp
            service_notification_commands check_tcp
        }
        define host {
            name generic-host
            max_check_attempts 3
            check_period 24x7
            contacts root
            register 0
        }
        define service {
            name generic-service
            max_check_attempts 3
            check_period 24x7
            contacts root
            register 0
        }

        """;

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nagios_AcceptsTheObjects_AndReadsTheCommandAsItIsMeant()
    {
        string nagios = await FindNagiosAsync();
        await File.WriteAllTextAsync(_folder.File("given.cfg"), Given, Token);
        await File.WriteAllTextAsync(_folder.File("etcd.cfg"), NagiosObjects.File(Clusters), Token);
        Directory.CreateDirectory(_folder.File("results"));
        await File.WriteAllLinesAsync(_folder.File("nagios.cfg"),
        [
            $"log_file={_folder.File("log")}", $"cfg_file={_folder.File("given.cfg")}", $"cfg_file={_folder.File("etcd.cfg")}",
            $"check_result_path={_folder.File("results")}", $"object_cache_file={_folder.File("cache")}",
            $"precached_object_file={_folder.File("objects")}", $"temp_path={_folder.Path}", $"temp_file={_folder.File("temp")}",
            $"lock_file={_folder.File("lock")}", $"status_file={_folder.File("status")}", $"nagios_user={Environment.UserName}",
            $"nagios_group={Environment.UserName}", "illegal_object_name_chars=`~!$%^&*|'\"<>?,()=",
        ], Token);

        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(nagios, ["-vp", _folder.File("nagios.cfg")]), Token);

        Assert.True(result.ExitCode == 0 && result.Output.Contains("Total Errors:   0", StringComparison.Ordinal), result.Output + result.Error);
        Assert.Contains("Checked 3 hosts", result.Output, StringComparison.Ordinal);
        Assert.Contains("Checked 2 services", result.Output, StringComparison.Ordinal);
        string read = await File.ReadAllTextAsync(_folder.File("objects"), Token);
        Assert.Contains("-Command 'Test-EtcdCluster $ARG1$ -Nagios; exit $$LASTEXITCODE'\n", read, StringComparison.Ordinal);
    }

    [Fact]
    public void Nagios_NamesGroupsAndAddresses()
    {
        string text = NagiosObjects.File(Clusters);

        Assert.Contains("    host_name            prod-n2\n    address              fd00::2\n    check_command        check_tcp!12379\n"
            + "    hostgroups           etcd,etcd-prod\n", text, StringComparison.Ordinal);
        Assert.Contains("    check_command        check_etcd_cluster!prod\n", text, StringComparison.Ordinal);
        Assert.Contains("    host_name            127.0.0.1_2379-odd___name_\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Icinga_HasTheSameObjects()
    {
        string text = IcingaObjects.File(Clusters);

        Assert.Contains("object Host \"prod-n2\" {\n  import \"generic-host\"\n  address = \"fd00::2\"\n", text, StringComparison.Ordinal);
        Assert.Contains("  groups = [ \"etcd\", \"etcd-prod\" ]\n", text, StringComparison.Ordinal);
        Assert.Contains("object Service \"etcd-cluster-prod\" {\n", text, StringComparison.Ordinal);
        Assert.Contains("\"Test-EtcdCluster $etcd_cluster$ -Nagios; exit $$LASTEXITCODE\"", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '{'), text.Count(c => c == '}'));
        Assert.Equal(0, text.Count(c => c == '"') % 2);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> FindNagiosAsync()
    {
        const string script = "cd \"$1\" && apt-get download -qq nagios4-core && dpkg-deb -x nagios4-core_*.deb .";
        string error = "this is not Debian";
        if (File.Exists("/usr/bin/apt-get"))
            error = (await ProcessRunner.RunAsync(new ProcessCommand("sh", ["-c", script, "sh", _folder.Path]), Token)).Error;
        string unpacked = _folder.File("usr/sbin/nagios4");
        Assert.SkipWhen(
            !File.Exists(unpacked) && Environment.GetEnvironmentVariable("CI") is null or "",
            $"Nagios is not available here (Debian package nagios4-core): {error}");
        return unpacked;
    }
}
