# Finding and importing clusters, on this machine. Importing from hosts is tested with the core, on real hosts.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    . "$PSScriptRoot/NewPwsh.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Find-EtcdCluster' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'finds what runs here, with its cluster and its places' {
        $found = Find-EtcdCluster localhost | Where-Object DataDirectory -Like "$env:ETCDADMIN_HOME/*"

        $found | Should -HaveCount 1
        $found.Source | Should -Be 'EtcdAdmin, cluster demo'
        $found.Cluster | Should -Be 'demo'
        $found.Name | Should -Be 'demo-1'
        $found.IsRunning | Should -BeTrue
        $found.ProcessId | Should -Be (Get-EtcdMember demo).ProcessId
        $found.Version | Should -Be (Get-EtcdHealth demo).RunningVersion
        $found.MemberId | Should -Be (Get-EtcdHealth demo).MemberId
    }

    It 'reports a host that cannot be reached, and reads the others' {
        $found = Find-EtcdCluster no-such-host.invalid, localhost -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdHostUnreachable,*'
        $failed[0].TargetObject | Should -Be 'no-such-host.invalid'
        $found.Cluster | Should -Contain 'demo'
    }

    It 'has a view that fits in 80 columns' {
        $lines = Find-EtcdCluster localhost | Where-Object Cluster -EQ demo | Out-String -Width 80 -Stream

        "$lines" | Should -BeLike '*localhost*demo-1*EtcdAdmin, cluster demo*'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }
}

Describe 'Import-EtcdCluster' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'saves nothing under -WhatIf' {
        Find-EtcdCluster localhost | Where-Object Cluster -EQ demo | Import-EtcdCluster theirs -WhatIf | Should -BeNullOrEmpty

        Get-EtcdCluster | ForEach-Object Name | Should -Be demo
    }

    It 'refuses a name that cannot be one' {
        Import-EtcdCluster 'no name' localhost -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdSpecInvalid,*'
        $failed[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
    }

    It 'lists what works with the cluster, by groups of commands' {
        # The module's types are in a load context of their own.
        $type = (Get-Command Import-EtcdCluster).OutputType[0].Type.Assembly.GetType('EtcdAdmin.Upgrades.Adoption.EtcdImportCapability')
        $can = [Activator]::CreateInstance($type, @('Membership', $false, [string[]]@('Add-EtcdMember'), 'Convert it first.'))

        $lines = $can | Out-String -Width 80 -Stream

        "$lines" | Should -BeLike '*Group*Works*Reason*Membership*no*Convert it first.*'
    }
}

Describe 'Convert-EtcdMember' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'leaves a member of EtcdAdmin as it is' {
        $process = (Get-EtcdMember demo).ProcessId

        $result = Convert-EtcdMember demo-1 -Cluster demo -Confirm:$false -WarningAction SilentlyContinue -WarningVariable told

        "$told" | Should -BeLike "*demo-1*is managed by EtcdAdmin already*"
        $result.From | Should -Be 'EtcdAdmin'
        (Get-EtcdMember demo).ProcessId | Should -Be $process
    }

    It 'reports a member that does not exist' {
        Convert-EtcdMember nobody -Cluster demo -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdMemberNotFound,*'
    }

    It 'keeps an authority of EtcdAdmin with -NewAuthority' {
        $before = Get-Content (Join-Path $env:ETCDADMIN_HOME 'clusters/demo/pki/ca.crt') -Raw

        Convert-EtcdMember demo-1 -Cluster demo -NewAuthority -Confirm:$false -WarningAction SilentlyContinue -WarningVariable told | Out-Null

        "$told" | Should -BeLike "*Cluster 'demo' has an authority of EtcdAdmin already, and keeps it.*"
        Get-Content (Join-Path $env:ETCDADMIN_HOME 'clusters/demo/pki/ca.crt') -Raw | Should -Be $before
    }
}

Describe 'Remove-EtcdClusterProfile' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'refuses a cluster that EtcdAdmin installed' {
        Remove-EtcdClusterProfile demo -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdNotSupported,*'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike '*Uninstall-EtcdCluster demo*'
        Get-EtcdCluster | ForEach-Object Name | Should -Contain demo
    }

    It 'removes nothing with -WhatIf' {
        Get-EtcdCluster demo | Remove-EtcdClusterProfile -Force -WhatIf

        Get-EtcdCluster | ForEach-Object Name | Should -Contain demo
    }

    It 'removes the profile of a connected cluster, and leaves the cluster' {
        $home1 = Join-Path $env:ETCDADMIN_HOME 'clusters/demo/pki'
        Connect-EtcdCluster -Name theirs -Endpoint $c.Endpoints[0] -CaFile "$home1/ca.crt" -CertificateFile "$home1/client.crt" -KeyFile "$home1/client.key" | Out-Null
        Get-EtcdCluster | ForEach-Object Name | Should -Contain theirs

        Remove-EtcdClusterProfile th* -Confirm:$false

        Get-EtcdCluster | ForEach-Object Name | Should -Be demo
        (Get-EtcdMember demo).ProcessId | Should -Not -BeNullOrEmpty
    }

    It 'reports a cluster that is not saved' {
        Remove-EtcdClusterProfile nowhere -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdClusterNotFound,*'
    }
}
