# Certificates, as operators deal with them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Certificates' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are shown with their place and the days that are left' {
        $all = Get-EtcdCertificate demo
        $all | Where-Object Problems | Should -BeNullOrEmpty
        ($all | Where-Object IsServed).Use | Should -Be Server, Peer
        ($all | Out-String -Width 120) | Should -Match 'demo +demo-1 +Server +36[345] +https://127\.0\.0\.1:\d+'
        ($all | ConvertTo-Json -Depth 3) | Should -Not -Match 'PRIVATE KEY'
    }

    It 'show what is wrong with them' {
        ($all = Get-EtcdCertificate demo -WarnDays 1000 | Where-Object Use -eq Client).Problems | Should -BeLike 'It expires in 36? day(s), on *UTC.'
        ($all | Out-String -Width 120) | Should -Match 'It expires in'
    }

    It 'of a file and of an endpoint are shown; one that fails does not hide the others' {
        $ca = (Get-EtcdCertificate demo | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Place
        $found = Get-EtcdCertificate -Path (Join-Path $TestDrive nothing.crt), $ca -ErrorAction SilentlyContinue -ErrorVariable failed
        $found.Use | Should -Be Authority
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdCertificateInvalid,*'
        (Get-EtcdCertificate -Endpoint (Get-EtcdMember demo).ClientUrls[0]).Subject | Should -Be 'CN=demo-1'
    }

    It 'are renewed only after the plan is agreed to, and only if they are due' {
        $before = Get-EtcdCertificate demo
        Update-EtcdCertificate demo -WhatIf | Should -BeNullOrEmpty
        Update-EtcdCertificate demo -DaysLeft 30 -InformationVariable said | Should -BeNullOrEmpty
        "$said" | Should -Be 'No certificate of cluster demo is due; nothing to do.'
        (Get-EtcdCertificate demo).Thumbprint | Should -Be $before.Thumbprint
        $renewed = $before | Update-EtcdCertificate -Confirm:$false
        $renewed.Use | Should -Be Client, Server, Peer
        $renewed | ForEach-Object { $_.Thumbprint | Should -Not -BeIn $before.Thumbprint }
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }

    It 'get another authority' {
        $before = Get-EtcdCertificate demo
        Update-EtcdCertificateAuthority demo -WhatIf | Should -BeNullOrEmpty
        $authority = $before | Update-EtcdCertificateAuthority -Confirm:$false -WarningAction SilentlyContinue
        $authority.Thumbprint | Should -Not -BeIn $before.Thumbprint
        (Get-EtcdCertificate demo | Where-Object Use -eq Authority).Thumbprint | Select-Object -Unique | Should -Be $authority.Thumbprint
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }
}
