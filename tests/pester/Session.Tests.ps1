# The main job as an operator types it, on real clusters of this machine: install, look, write, save, restore, lose a member, remove.
# One cluster serves all tests, which run in this order.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"

    . (Join-Path $PSScriptRoot 'OwnHome.ps1')

    function Get-KeyText($Cluster, [string]$Prefix) { Get-EtcdKey -Cluster $Cluster -Prefix $Prefix | ForEach-Object { "$($_.Key)=$($_.Value)" } }

    $new = @{ Local = $true; Version = '3.5' }
    $demo = @{ Name = 'demo'; Size = 3; ClientPort = Get-FreePort 3; PeerPort = Get-FreePort 3 } + $new
    $missing = $null
    $plan = Install-EtcdCluster @demo -WhatIf 6>&1
    $homeAfterWhatIf = Test-Path $env:ETCDADMIN_HOME
    try {
        $c = Install-EtcdCluster @demo -ErrorAction Stop
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        $missing = "etcd 3.5 is not available here: $_"
    }
}

AfterAll { Remove-OwnHome }

Describe 'The session' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'begins with a plan that leaves no trace' {
        $plan | Should -BeNullOrEmpty
        $homeAfterWhatIf | Should -BeFalse
    }

    It 'installs three members with TLS' {
        $c.Name | Should -Be 'demo'
        $c.Endpoints.Scheme | Should -Be 'https', 'https', 'https'
        $c.Endpoints.Port | Should -Be $demo.ClientPort
    }

    It 'finds them healthy' {
        $health = $c | Get-EtcdHealth

        $health.Member | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $health.Healthy | Should -Be $true, $true, $true
        $health.Summary | Select-Object -Unique | Should -Be 'Healthy with 3 known peers'
    }

    It 'asks many clusters at the same time, and answers in their order' {
        $deaf = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0) # takes connections, and never answers
        $deaf.Start()
        $silent = 1..4 | ForEach-Object { $c.GetType()::new("silent$_", [uri[]]"http://$($deaf.LocalEndpoint)") }
        $clusters = $silent[0], 'demo', 'nowhere', $silent[1], $silent[2], 'demo', $silent[3]

        $took = Measure-Command { $health = $clusters | Get-EtcdHealth -Timeout 2 -CheckHash -ErrorAction SilentlyContinue -ErrorVariable problems }
        $tookListing = Measure-Command { $members = $clusters | Where-Object { "$_" -notlike 'silent*' -or $_ -eq $silent[0] } | Get-EtcdMember -Timeout 2 -ErrorAction SilentlyContinue -ErrorVariable trouble }
        $tookFirst = Measure-Command { $first = 'demo', $silent[0], $silent[1] | Get-EtcdHealth -Timeout 60 | Select-Object -First 3 }
        $deaf.Stop()

        $health.Cluster.Name | Get-Unique | Should -Be 'silent1', 'demo', 'silent2', 'silent3', 'demo', 'silent4'
        $health | Where-Object { $_.Cluster.Name -eq 'demo' } | ForEach-Object Summary | Select-Object -Unique | Should -Be 'Healthy with 3 known peers'
        $problems.FullyQualifiedErrorId | Should -Be 'EtcdClusterNotFound,EtcdAdmin.PowerShell.Cmdlets.GetEtcdHealthCommand'
        $took.TotalSeconds | Should -BeLessThan 5 # one after the other they take more than 8
        $members.Name | Should -Be 'demo-1', 'demo-2', 'demo-3', 'demo-1', 'demo-2', 'demo-3'
        $trouble.FullyQualifiedErrorId | ForEach-Object { ($_ -split ',')[0] } | Should -Be 'EtcdTimeout', 'EtcdClusterNotFound'
        $tookListing.TotalSeconds | Should -BeLessThan 5
        $first.Member | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $tookFirst.TotalSeconds | Should -BeLessThan 10 # the others are dropped as soon as nobody wants them
    }

    It 'lists them with one leader' {
        $members = $c | Get-EtcdMember

        $members | Should -HaveCount 3
        @($members | Where-Object State -EQ Leader) | Should -HaveCount 1
        $members.Version | ForEach-Object { "$_" } | Should -Match '^3\.5\.'
    }

    It 'writes and counts a thousand keys' {
        1..1000 | ForEach-Object { Set-EtcdKey -Cluster $c "/app/k$_" "v$_" }

        (Get-EtcdKey -Cluster $c -Prefix /app/ | Measure-Object).Count | Should -Be 1000
    }

    It 'saves a snapshot and restores it into another cluster, with the same keys' {
        $copy = @{ Name = 'copy'; Size = 1; ClientPort = Get-FreePort 1; PeerPort = Get-FreePort 1 } + $new

        $s = $c | Save-EtcdSnapshot -Destination ./backups
        Install-EtcdCluster @copy | Out-Null
        $restore = $s | Restore-EtcdSnapshot -Cluster copy -Confirm:$false

        Split-Path $s.Path | Should -Be (Join-Path $folder 'backups')
        $s.Sha256 | Should -Be (Get-FileHash $s.Path).Hash
        $s.TotalKeys, $restore.TotalKeys | Should -Be 1000, 1000
        $restore.Backup | Should -HaveCount 1
        Get-KeyText copy / | Should -Be (Get-KeyText demo /)
    }

    It 'exports credentials that connect' {
        $package = $c | Export-EtcdCredential -Destination .
        $connected = Connect-EtcdCluster -CredentialPackage $package.Path

        $package.Path | Should -Be (Join-Path $folder 'etcd_credentials.tar.gz')
        (Get-EtcdKey -Cluster $connected /app/k7).Value | Should -Be 'v7'
        Get-EtcdCluster | ForEach-Object Name | Should -Be 'copy', 'demo'
    }

    It 'exports credentials as PKCS#12 file and as Kubernetes secret' {
        $password = ConvertTo-SecureString 'long enough' -AsPlainText -Force
        $p12 = $c | Export-EtcdCredential -UserName app -ValidDays 30 -Format Pkcs12 -Password $password -Encryption Legacy
        $secret = $c | Export-EtcdCredential -UserName app -Format KubernetesSecret -SecretName app-etcd -Namespace shop

        (Get-PfxCertificate $p12.Path -Password $password).Subject | Should -Be 'CN=app'
        [int]($p12.NotAfter - [datetimeoffset]::UtcNow).TotalDays | Should -Be 30
        $secret.Path | Should -FileContentMatchMultiline "name: 'app-etcd'\n  namespace: 'shop'"
        { $c | Export-EtcdCredential -Format Pkcs12 -WhatIf } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        { $c | Export-EtcdCredential -ValidDays 5000 -Force } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
    }

    It 'connects by the variables of etcdctl, those of the v2 API too' {
        $pki = "$env:ETCDADMIN_HOME/clusters/demo/pki"
        $env:ETCDCTL_PEERS = $c.Endpoints.Authority -join ','
        $env:ETCDCTL_CA_FILE, $env:ETCDCTL_CERT_FILE, $env:ETCDCTL_KEY_FILE = "$pki/ca.crt", "$pki/client.crt", "$pki/client.key"
        try {
            Push-Location $pki
            $env:ETCDCTL_CERT_FILE = './client.crt' # from here on, as for etcdctl, not from where the process was started
            $connected = Connect-EtcdCluster
            $connected.Endpoints.AbsoluteUri | Should -Be $c.Endpoints.AbsoluteUri
            (Get-EtcdKey -Cluster $connected /app/k7).Value | Should -Be 'v7'
            $env:ETCDCTL_PEER = $env:ETCDCTL_PEERS
            Remove-Item env:ETCDCTL_PEERS
            $refused = { Connect-EtcdCluster } | Should -Throw -ErrorId 'EtcdSpecInvalid,*' -PassThru
            $refused.TargetObject | Should -Be 'ETCDCTL_PEER'
            $refused.ErrorDetails.RecommendedAction | Should -BeLike '*ETCDCTL_ENDPOINTS*'
        }
        finally {
            Pop-Location
            Remove-Item env:ETCDCTL_*
        }
    }

    It 'says so when there is nothing to do' {
        $again = Install-EtcdCluster @demo 6>&1

        $again[0] | Should -Be 'Cluster demo already has these members and settings; nothing to do.'
        $again[1].Name | Should -Be 'demo'
    }
}

Describe 'A member' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'that was killed shows within the timeout, with the reason, and comes back' {
        # A follower: without their leader the others, too, have no quorum until they have elected one.
        $victim = Get-EtcdMember demo | Where-Object State -EQ Follower | Select-Object -First 1
        kill -9 $victim.ProcessId
        # The kernel takes a moment to end it, and longer on a busy machine.
        while (Get-Content -Raw "/proc/$($victim.ProcessId)/cmdline" -ErrorAction Ignore) { Start-Sleep -Milliseconds 20 }

        $took = Measure-Command { $health = Get-EtcdHealth demo -Timeout 10 }
        $down = $health | Where-Object -Not Healthy
        $back = $down | Start-EtcdMember -PassThru

        # A refused connection is told at once; nobody waits for it.
        $took.TotalSeconds | Should -BeLessThan 9
        $health | Should -HaveCount 3
        $health[0].Summary | Should -Be 'UnHealthy with 3 known peers'
        $down.Member | Should -Be $victim.Name
        $down.Reason | Should -BeLike '*process is not running*'
        $back.Name | Should -Be $victim.Name
        Get-EtcdHealth demo | ForEach-Object Healthy | Should -Be $true, $true, $true
    }

    It 'is not stopped where the quorum would be lost' {
        { Stop-EtcdMember copy-1 -Cluster copy -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdQuorumAtRisk,*'

        (Get-EtcdHealth copy).Healthy | Should -BeTrue
    }

    It 'stops under -Force and starts again' {
        $stopped = Stop-EtcdMember copy-1 -Cluster copy -Force -PassThru
        $started = $stopped | Start-EtcdMember -PassThru

        $stopped.State | Should -Be 'Stopped'
        $started.State | Should -Be 'Leader'
    }

    It 'restarts as another process' {
        $before = Get-EtcdMember demo -Name demo-3

        $after = $before | Restart-EtcdMember -PassThru

        $after.ProcessId | Should -Not -Be $before.ProcessId
        $after.State | Should -Be 'Follower'
    }

    It 'is left alone under -WhatIf' {
        $before = (Get-EtcdMember demo).ProcessId

        'demo' | Restart-EtcdMember * -WhatIf
        'demo' | Stop-EtcdMember * -WhatIf -Force

        (Get-EtcdMember demo).ProcessId | Should -Be $before
    }
}

Describe 'Keys' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'end cleanly when Select-Object has enough' {
        $first = Get-EtcdKey -Cluster $c -All | Select-Object -First 1

        $first.Key | Should -Be '/app/k1'
        (Get-EtcdKey -Cluster $c /app/k2).Value | Should -Be 'v2'
    }

    It 'that are missing are errors among good results' {
        $found = Get-EtcdKey -Cluster demo /app/k1, /nowhere, /app/k2 -ErrorVariable errors -ErrorAction SilentlyContinue

        $found.Value | Should -Be 'v1', 'v2'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdKeyNotFound,*'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be '/nowhere'
    }

    It 'are named first, their cluster last, and never the other way round' {
        Set-EtcdKey /order/a 1 demo

        (Get-EtcdKey /order/a demo).Value, ($c | Get-EtcdKey /order/a).Value, (Get-EtcdKey -Prefix /order/ demo).Value | Should -Be '1', '1', '1'
        { Get-EtcdKey demo /order/a -ErrorAction Stop } | Should -Throw "*'/order/a' is not a valid cluster name*"
        { Set-EtcdKey demo /order/a 2 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
        Remove-EtcdKey /order/a demo -Confirm:$false
        Get-EtcdKey -Prefix /order/ demo | Should -BeNullOrEmpty
    }

    It 'are copied byte for byte' {
        Set-EtcdKey -Cluster demo ([byte[]](255, 0, 1)) ([byte[]](254, 0))

        Get-EtcdKey -Cluster demo -All | Where-Object { $_.KeyBytes[0] -eq 255 } | Set-EtcdKey -Cluster copy
        $copied = Get-EtcdKey -Cluster copy ([byte[]](255, 0, 1))

        $copied.ValueBytes | Should -Be 254, 0
        $copied | Remove-EtcdKey -Confirm:$false
        Get-EtcdKey -Cluster copy -All | Where-Object { $_.KeyBytes[0] -eq 255 } | Should -BeNullOrEmpty
    }

    It 'come from any object with Key and Value' {
        'Key,Value', '/csv/a,1', '/csv/b,2' | ConvertFrom-Csv | Set-EtcdKey -Cluster copy

        Get-KeyText copy /csv/ | Should -Be '/csv/a=1', '/csv/b=2'
    }

    It 'are read as they were at a revision' {
        $old = Set-EtcdKey -Cluster copy /rev old -PassThru
        Set-EtcdKey -Cluster copy /rev new

        (Get-EtcdKey -Cluster copy /rev -Revision $old.ModRevision).Value | Should -Be 'old'
    }

    It 'stay under -WhatIf' {
        $revision = (Set-EtcdKey -Cluster copy /mark 1 -PassThru).ModRevision

        Set-EtcdKey -Cluster copy /mark 2 -WhatIf
        Remove-EtcdKey -Cluster copy /mark -WhatIf
        Remove-EtcdKey -Cluster copy -Prefix / -WhatIf

        (Set-EtcdKey -Cluster copy /mark 3 -PassThru).ModRevision | Should -Be ($revision + 1)
    }

    It 'are removed by prefix' {
        Set-EtcdKey -Cluster copy /prefix/a 1

        Remove-EtcdKey -Cluster copy -Prefix /prefix/ -Confirm:$false

        Get-EtcdKey -Cluster copy -Prefix /prefix/ | Should -BeNullOrEmpty
    }
}

Describe 'Snapshots' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are read, checked and searched without etcd' {
        Set-EtcdKey -Cluster demo /snap/name before
        $saved = Save-EtcdSnapshot demo -Destination ./reading

        $read = Get-EtcdSnapshot ./reading
        $verdict = $saved | Test-EtcdSnapshot
        $keys = $saved | Get-EtcdSnapshotKey -Prefix /snap/
        $space = $saved | Measure-EtcdSnapshot -Depth 1

        $read.Sha256 | Should -Be (Get-FileHash $saved.Path).Hash.ToLowerInvariant()
        $read.ClusterName | Should -Be 'demo'
        $read.Version | Should -Be $saved.Version
        $read.Members.Count | Should -Be 3
        $verdict.Passed | Should -BeTrue
        $verdict.Checks.Part | Should -Be Entry, Structure, Order, Records, Trailer, Manifest
        $keys.Key | Should -Be '/snap/name'
        $keys.Value | Should -Be 'before'
        $space.Keys | Should -Be $read.TotalKeys
        ($saved | Get-EtcdSnapshotKey -Like '/s*/n?me' -KeysOnly).Key | Should -Be '/snap/name'
    }

    It 'give single keys back, and tell what has changed since' {
        $saved = Get-EtcdSnapshot ./reading
        Set-EtcdKey -Cluster demo /snap/name after
        Set-EtcdKey -Cluster demo /snap/new 1

        $changed = Compare-EtcdSnapshot $saved.Path -Cluster demo -Prefix /snap/
        $saved | Get-EtcdSnapshotKey -Key /snap/name | Set-EtcdKey -Cluster demo
        $left = Compare-EtcdSnapshot $saved.Path -Cluster demo -Prefix /snap/

        $changed | ForEach-Object { "$($_.Change) $($_.Key) $($_.Before)>$($_.After)" } | Should -Be 'Changed /snap/name before>after', 'Added /snap/new >1'
        $left.Key | Should -Be '/snap/new'
    }

    It 'that are damaged are told, and hide no other' {
        $saved = Get-EtcdSnapshot ./reading
        $bytes = [IO.File]::ReadAllBytes($saved.Path)
        $bytes[$bytes.Length - 5000] = $bytes[$bytes.Length - 5000] -bxor 1
        [IO.File]::WriteAllBytes("$PWD/reading/a-damaged.db", $bytes)

        $verdicts = Test-EtcdSnapshot ./reading

        $verdicts.Passed | Should -Be $false, $true
        Test-EtcdSnapshot ./reading/a-damaged.db -Quiet | Should -BeFalse
        { Get-EtcdSnapshotKey ./nowhere.db -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotNotFound,*'
        @(Get-EtcdSnapshotKey './reading/etcd-*.db' -Prefix /snap/).Path | Should -Be $saved.Path
        { Get-EtcdSnapshotKey $saved.Path -Key /none -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdKeyNotFound,*'
    }
}

Describe 'Names' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'of clusters that are not known are errors: <_>' -ForEach 'Get-EtcdCluster', 'Get-EtcdHealth', 'Get-EtcdMember', 'Save-EtcdSnapshot', 'Uninstall-EtcdCluster' {
        & $_ nobody -ErrorVariable errors -ErrorAction SilentlyContinue

        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdClusterNotFound,*'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be 'nobody'
    }

    It 'of members that are not known are errors: <_>' -ForEach 'Get-EtcdMember', 'Start-EtcdMember', 'Stop-EtcdMember', 'Restart-EtcdMember' {
        & $_ -Cluster demo -Name demo-9 -ErrorVariable errors -ErrorAction SilentlyContinue

        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdMemberNotFound,*'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be 'demo-9'
    }

    It 'stand for one and the same cluster, until it is saved anew' {
        $first, $second = 1..2 | ForEach-Object { (Get-EtcdMember demo)[0].Cluster }
        Install-EtcdCluster copy -Local -SnapshotCount 50000 | Out-Null

        [object]::ReferenceEquals($first, $second) | Should -BeTrue
        (Get-EtcdMember copy).Cluster.Spec.Tuning.SnapshotCount | Should -Be 50000
    }

    It 'that cannot be names are refused' {
        { Install-EtcdCluster '../x' -Local -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
    }

    It 'with wildcards that match nothing are no error' {
        Get-EtcdCluster x* -ErrorAction Stop | Should -BeNullOrEmpty
        Get-EtcdMember demo -Name x* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'of a damaged profile hide no other' {
        $damaged = New-Item -ItemType Directory (Join-Path $env:ETCDADMIN_HOME 'clusters/damaged')
        Set-Content (Join-Path $damaged 'cluster.json') '{'

        $found = Get-EtcdCluster -ErrorVariable errors -ErrorAction SilentlyContinue
        Remove-Item $damaged -Recurse

        $found.Name | Should -Be 'copy', 'demo'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdProfileInvalid,*'
    }

    It 'complete: <Typed>' -ForEach @(
        @{ Typed = 'Get-EtcdCluster de'; Offered = 'demo' }
        @{ Typed = 'Get-EtcdHealth -Cluster '; Offered = 'copy', 'demo' }
        @{ Typed = 'Stop-EtcdMember -Cluster demo -Name '; Offered = 'demo-1', 'demo-2', 'demo-3' }
        @{ Typed = 'Stop-EtcdMember -Cluster nobody -Name demo'; Offered = @() }
    ) {
        (TabExpansion2 $Typed $Typed.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue |
            ForEach-Object CompletionText | Should -Be $Offered
    }
}

Describe 'A changed setting' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'is applied by installing again' {
        $before = (Get-EtcdMember copy).ProcessId

        Install-EtcdCluster copy -Local -HeartbeatInterval 200 -ElectionTimeout 00:00:02 -QuotaBytes 4GB -Configuration @{ 'max-request-bytes' = 2MB } | Out-Null

        $tuning = (Get-EtcdCluster copy).Spec.Tuning
        $tuning.HeartbeatInterval.TotalMilliseconds, $tuning.ElectionTimeout.TotalSeconds, $tuning.QuotaBytes | Should -Be 200, 2, 4GB
        Get-Content (Join-Path $env:ETCDADMIN_HOME 'local/copy/copy-1/etcd.conf.yml') | Should -Contain 'max-request-bytes: 2097152'
        (Get-EtcdMember copy).ProcessId | Should -Not -Be $before
    }
}

Describe 'A setting by its name' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'takes a duration as PowerShell has it, and shows it as such' {
        Set-EtcdConfiguration copy -Configuration @{ 'grpc-keepalive-min-time' = [timespan]::FromSeconds(5); 'Grpc-Keepalive-Timeout' = '20s' } | Out-Null

        $found = Get-EtcdConfiguration copy
        $found.IsAsSpecified | Should -BeTrue
        $found.Settings['grpc-keepalive-min-time'], $found.Settings['grpc-keepalive-timeout'] | Should -Be '5s', '20s'
        Get-Content (Join-Path $env:ETCDADMIN_HOME 'local/copy/copy-1/etcd.conf.yml') | Should -Contain 'grpc-keepalive-min-time: 5000000000'
    }

    It 'is refused where <Why>' -ForEach @(
        @{ Name = 'force-new-cluster'; Value = $true; Why = 'a command does it'; Next = '*Repair-EtcdCluster*' }
        @{ Name = 'ETCD_SNAPSHOT_COUNT'; Value = 5; Why = 'etcd does not know the name'; Next = "*'snapshot-count'*" }
        @{ Name = 'unsafe-no-fsync'; Value = $true; Why = 'it can cost data'; Next = '*-Force*' }
    ) {
        $refused = { Set-EtcdConfiguration copy -Configuration @{ $Name = $Value } -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid*' -PassThru

        $refused.TargetObject | Should -Be $Name
        $refused.ErrorDetails.RecommendedAction | Should -BeLike $Next
    }
}

Describe 'The end' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'leaves nothing: neither processes nor files' {
        $processes = Get-EtcdCluster | Get-EtcdMember | ForEach-Object ProcessId

        Get-EtcdCluster | Uninstall-EtcdCluster -RemoveData -Confirm:$false

        $processes | Should -HaveCount 4
        # A process that has ended but that nobody has waited for is still listed, without its program.
        Get-Process -Id $processes -ErrorAction Ignore | Where-Object Path | Should -BeNullOrEmpty
        Get-EtcdCluster | Should -BeNullOrEmpty
        Get-ChildItem $env:ETCDADMIN_HOME -Recurse -File | Should -BeNullOrEmpty
    }
}
