# An operator whose session is set up for etcdctl, as our own credential packages set it up, and who has no packages but those of a cluster.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"

    $settings = @{
        ETCDCTL_API = '3'; ETCDCTL_ENDPOINTS = 'http://127.0.0.1:1'; ETCDCTL_CACERT = '/nowhere/ca.crt'; ETCDCTL_CERT = '/nowhere/c.crt'
        ETCDCTL_KEY = '/nowhere/c.key'; ETCDCTL_USER = 'somebody:secret'; ETCDUTL_WRITE_OUT = 'json'
        ETCD_NAME = 'other'; ETCD_DATA_DIR = '/nowhere/data'; ETCD_FORCE_NEW_CLUSTER = 'true'; ETCD_LISTEN_CLIENT_URLS = 'http://127.0.0.1:2'
    }
    foreach ($name in $settings.Keys) { Set-Item "env:$name" $settings[$name] }
    $packages = $env:ETCDADMIN_PACKAGES
}

AfterAll {
    foreach ($name in $settings.Keys) { Remove-Item "env:$name" }
    Remove-OwnHome
}

Describe 'Variables for etcd and its tools' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }
    AfterEach { $env:ETCDADMIN_PACKAGES = $packages }

    It 'do not matter to a snapshot that etcdctl takes' {
        $kept = $c | Save-EtcdSnapshot -OnHost -Destination (Join-Path $folder 'kept')

        $kept.Member | Should -Be 'demo-1'
        Test-Path $kept.Path | Should -BeTrue
    }

    It 'do not matter to a member that is restarted' {
        Set-EtcdKey -Cluster demo /k kept

        Restart-EtcdMember demo-1 -Cluster demo -Force -WarningAction SilentlyContinue

        (Get-EtcdKey -Cluster demo /k).Value | Should -Be 'kept'
        (Get-EtcdHealth demo).Reason | Should -Be 'leader'
    }

    It 'do not matter to a drill, which takes the programs of the cluster that is here' {
        $env:ETCDADMIN_PACKAGES = New-Item -ItemType Directory (Join-Path $folder 'no-packages')
        $snapshot = $c | Save-EtcdSnapshot -Destination (Join-Path $folder 'fetched')

        $took = Measure-Command { $verdict = $snapshot | Test-EtcdSnapshot -Drill }

        $verdict.Passed | Should -BeTrue
        $verdict.Drill.EtcdLocation | Should -BeLike "$($c.Spec.Members[0].BinDirectory)*"
        $verdict.Drill.EtcdVersion.ToString() | Should -Be $c.Spec.Version.ToString()
        $took.TotalSeconds | Should -BeLessThan 30
    }
}

Describe 'Get-EtcdHealth' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes where asked, and leaves nothing' {
        $health = Get-EtcdHealth demo -CheckWrite -CheckDisk

        $health.Summary | Should -Be 'Healthy with 1 known peer'
        $health.Writable | Should -BeTrue
        $health.DiskFreeBytes | Should -BeGreaterThan 0
        Get-EtcdKey -Cluster demo -Prefix etcdadmin/ | Should -BeNullOrEmpty
    }

    It 'warns of a certificate that ends soon, and says when' {
        $health = Get-EtcdHealth demo -WarnDays 4000 -WarningAction SilentlyContinue -WarningVariable told

        $health.Healthy | Should -BeFalse
        $health.Reason | Should -Match '^its certificate expires in \d+ days, on \d{4}-\d\d-\d\d \d\d:\d\d UTC$'
        "$told" | Should -BeLike "*client certificate*'demo' expires in *"
    }
}
