using EtcdAdmin.Lab;
using EtcdAdmin.Pwsh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Monitors;

/// <summary>Health monitors at the prompt of a real machine: a real systemd, PowerShell, module and etcd.</summary>
[Collection(StorageHostLab.Name)]
public sealed class MonitorOnHostTests(HostLabFixture lab)
{
    private const string Tools = "/opt/monitor-test";

    // Every five seconds, where nobody wants to wait for five minutes.
    private const string TickFast = """
        mkdir -p "$units/etcd-monitor-demo.timer.d"
        printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/5\nRandomizedDelaySec=0\n' >"$units/etcd-monitor-demo.timer.d/fast.conf"
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("root", "/etc/systemd/system", "")]
    [InlineData("ops", "/home/ops/.config/systemd/user", "--user")]
    public async Task Monitor_OfAUser_RecordsUntilItIsRemoved(string user, string units, string scope)
    {
        LabHost host = (await lab.GetAsync())["n1"];
        EtcdBinaries etcd = await EtcdBinaries.GetAsync("3.5");
        await BringAsync(host, etcd, user);
        try
        {
            string shown = await PwshAsync(host, user, $$"""
                $null = Install-EtcdCluster demo -Local -Package {{Tools}}/etcd -ClientPort 23790 -PeerPort 23800
                $null = New-Item -ItemType Directory ~/metrics
                "planned: $(@(Get-ChildItem {{units}} -Filter etcd-monitor-* -ErrorAction Ignore).Count)"
                $monitor = Register-EtcdHealthMonitor demo -Destination ~/metrics -WarningVariable warnings
                "registered: $($monitor.Registered) $($monitor.Healthy) $($monitor.LastResult) $($null -ne $monitor.NextRun)"
                "warnings: $warnings"
                "history: $(@(Get-EtcdHealthHistory demo).Count) $((Get-EtcdHealthHistory demo)[0].Summary)"
                "metrics: $((Get-ChildItem ~/metrics).Name)"
                Register-EtcdHealthMonitor demo -Destination ~/metrics -InformationVariable said 6>$null | Out-Null
                "again: $said"
                """);
            Assert.Contains("planned: 0\nregistered: True True Healthy with 1 known peer True\nwarnings: \nhistory: 1 Healthy with 1 known peer\n"
                + "metrics: etcdadmin-demo.prom\nagain: Cluster demo already has this monitor; nothing to do.", shown, StringComparison.Ordinal);

            // The timer itself, and a sick cluster.
            await AsAsync(
                host, user, $"units={units}\n{TickFast}\nsystemctl {scope} daemon-reload\nsystemctl {scope} restart etcd-monitor-demo.timer");
            await Poll.UntilAsync(
                async () =>
                    int.Parse((await AsAsync(host, user, "wc -l <~/.local/share/EtcdAdmin/clusters/demo/health.jsonl")).Trim(), null) >= 3,
                TimeSpan.FromMinutes(3), Token);
            string sick = await PwshAsync(host, user, """
                Stop-EtcdMember demo-1 -Cluster demo -Force -Confirm:$false | Out-Null
                for ($i = 0; $i -lt 180 -and (Get-EtcdHealthMonitor demo).LastResult -notlike 'Errored*'; $i++) { Start-Sleep 1 }
                $monitor = Get-EtcdHealthMonitor
                "sick: $($monitor.Healthy) $($monitor.LastResult) $((Get-EtcdHealthHistory demo)[-1].Healthy)"
                $monitor | Format-List
                """);
            Assert.True(sick.Contains("sick: True Errored with 0 known peers False", StringComparison.Ordinal), sick);

            // It goes with the cluster.
            string gone = await PwshAsync(host, user, $$"""
                Uninstall-EtcdCluster demo -RemoveData -Confirm:$false
                "left: $(@(Get-EtcdHealthMonitor).Count) $((Get-ChildItem {{units}} -Filter etcd-monitor-*.*r*).Name)"
                """);
            Assert.Contains("left: 0 etcd-monitor-demo.timer.d", gone, StringComparison.Ordinal);
            Assert.DoesNotContain("etcd-monitor", await AsAsync(host, user, $"systemctl {scope} list-timers --all --no-legend; "
                + "ls ~/.config ~/.local/state /etc /var/lib 2>/dev/null; true"), StringComparison.Ordinal);
        }
        finally
        {
            await host.TryRunAsync($"""
                pkill -KILL -u {user} etcd
                for name in timer service; do rm -rf /etc/systemd/system/etcd-monitor-demo.$name* ; done
                systemctl daemon-reload
                [ {user} = root ] || systemctl stop user@$(id -u {user}).service
                rm -rf /var/lib/systemd/linger/{user} /run/systemd/system/user-runtime-dir@* /run/systemd/system/user@* /etc/systemd/*.conf.d/monitor-test.conf
                systemctl daemon-reload
                rm -rf {Tools} ~{user}/.local/share/EtcdAdmin ~{user}/.local/state/etcd* ~{user}/.config/etcd* ~{user}/.config/systemd ~{user}/metrics /etc/etcd-monitor* /var/lib/etcd-monitor*
                """, CancellationToken.None);
        }
    }

    /// <summary>PowerShell, .NET, the module and etcd: nothing of it is on the host.</summary>
    private static async Task BringAsync(LabHost host, EtcdBinaries etcd, string user)
    {
        string tools = host.RootPath + Tools;
        PowerShellProgram pwsh = PowerShellProgram.OfPackage;
        string dotnet = Path.GetDirectoryName(pwsh.FileName)!;
        string runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        string framework = Path.GetRelativePath(dotnet, Path.GetDirectoryName(runtime)!);
        await EtcdAdmin.Hosts.Processes.ProcessRunner.RunAsync(new("sh", ["-euc", """
            mkdir -p "$1/dotnet/$4"
            cp -Lr "$2/dotnet" "$2/host" "$1/dotnet/"
            cp -Lr "$3" "$1/dotnet/$4/"
            cp -Lr "$5" "$1/pwsh"
            cp -Lr "$6" "$1/EtcdAdmin"
            cp -Lr "$7" "$1/etcd"
            chmod -R go+rX "$1"
            """, "sh", tools, dotnet, runtime, framework, Path.GetDirectoryName(pwsh.FirstArguments[0])!, Repository.PathOf("out", "EtcdAdmin"),
            etcd.Folder]), Token);
        // The host has no ICU. It has no logind either, which would start the systemd of a user who lingers.
        await host.RunAsync($$"""
            for folder in /etc/systemd/system.conf.d /etc/systemd/user.conf.d; do
                mkdir -p $folder
                printf '[Manager]\nDefaultEnvironment=DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1\n' >$folder/monitor-test.conf
            done
            id=$(id -u {{user}})
            if [ "$id" -ne 0 ]; then
                mkdir -p /var/lib/systemd/linger "/run/systemd/system/user-runtime-dir@$id.service.d" "/run/systemd/system/user@$id.service.d"
                touch /var/lib/systemd/linger/{{user}}
                install -d -m 0700 -o {{user}} /run/user /run/user/$id
                chmod 755 /run/user
                printf '[Service]\nExecStart=\nExecStart=/bin/true\nExecStop=\n' >"/run/systemd/system/user-runtime-dir@$id.service.d/test.conf"
                printf '[Service]\nEnvironment=XDG_RUNTIME_DIR=/run/user/%%i\n' >"/run/systemd/system/user@$id.service.d/test.conf"
            fi
            systemctl daemon-reload
            [ "$id" -eq 0 ] || systemctl start "user@$id.service"
            """, Token);
    }

    private static async Task<string> PwshAsync(LabHost host, string user, string script)
    {
        string text = $"$ErrorActionPreference = 'Stop'; Import-Module {Tools}/EtcdAdmin/EtcdAdmin.psd1\n{script}";
        string quoted = EtcdAdmin.Text.PosixShell.Quote(text);
        return await AsAsync(host, user, $"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NO_COLOR=1 {Tools}/dotnet/dotnet {Tools}/pwsh/pwsh.dll -NoProfile "
            + $"-NonInteractive -Command {quoted} 2>&1");
    }

    private static Task<string> AsAsync(LabHost host, string user, string script) => host.RunAsync(
        $"runuser -u {user} -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=\"$(getent passwd {user} | cut -d: "
        + $"-f6)\" XDG_RUNTIME_DIR=/run/user/$(id -u {user}) sh -c {EtcdAdmin.Text.PosixShell.Quote("cd; " + script)}", Token);
}
