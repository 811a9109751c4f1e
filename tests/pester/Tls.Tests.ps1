# TLS of a running cluster, turned on and off at the prompt, on a real server of this machine.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . "$PSScriptRoot/OwnHome.ps1"

    $missing = Install-OwnCluster 3.5 {
        Install-EtcdCluster demo -Local -NoTls -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
        Set-EtcdKey -Cluster demo /k kept
    }
}

AfterAll { Remove-OwnHome }

Describe 'TLS of a cluster' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'is left as it is under -WhatIf' {
        Enable-EtcdTls demo -WhatIf -WarningAction SilentlyContinue -WarningVariable told | Should -BeNullOrEmpty
        "$told" | Should -BeLike "*that connect with http:// are refused*Enable-EtcdTls demo -Stage Prepared*"
        (Get-EtcdCluster demo).Endpoints[0].Scheme | Should -Be http
    }

    It 'is prepared, and no other command changes the cluster until it is on or off' {
        (Enable-EtcdTls demo -Stage Prepared).Endpoints[0].Scheme | Should -Be http
        { Set-EtcdConfiguration demo -SnapshotCount 5000 } | Should -Throw -ErrorId 'EtcdTlsChangeUnfinished,*' -ExpectedMessage '*turned on or off*'
        (Get-EtcdHealth demo -WarningAction SilentlyContinue -WarningVariable told).Healthy | Should -BeTrue
        "$told" | Should -BeLike "*TLS of cluster 'demo' is being turned on or off.*"
        Export-EtcdCredential demo -UserName app -Destination $TestDrive
        "$TestDrive/etcd_credentials.tar.gz" | Should -Exist
    }

    It 'is turned on' {
        $on = Get-EtcdCluster demo | Enable-EtcdTls -WarningAction SilentlyContinue
        $on.Endpoints[0].Scheme | Should -Be https
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
        (Test-EtcdTls demo).ClientCertificate | Should -Be Required
        Get-EtcdKey -Cluster demo /k | ForEach-Object Value | Should -Be kept
        Get-EtcdCertificate demo | Where-Object Problems | Should -BeNullOrEmpty
    }

    It 'that is on stays on, and the command says so' {
        (Enable-EtcdTls demo -InformationVariable told 6>$null).Name | Should -Be demo
        "$told" | Should -BeLike "All members of cluster 'demo' require TLS from clients and from each other already."
    }

    It 'is optional for clients while they change' {
        Enable-EtcdTls demo -Stage Optional -WarningAction SilentlyContinue | Out-Null
        $plain = (Get-EtcdMember demo).ClientUrls | Where-Object Scheme -eq http
        Connect-EtcdCluster $plain -Name plain | Out-Null
        Get-EtcdKey -Cluster plain /k | ForEach-Object Value | Should -Be kept
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
        Remove-EtcdClusterProfile plain -Confirm:$false
    }

    It 'is turned off only when the operator agrees' {
        Disable-EtcdTls demo -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $off = Disable-EtcdTls demo -Confirm:$false -WarningAction SilentlyContinue -WarningVariable told
        "$told" | Should -BeLike '*can read what clients and members*'
        $off.Endpoints[0].Scheme | Should -Be http
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }
}
